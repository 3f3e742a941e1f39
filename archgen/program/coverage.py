"""What the program is expected to make: a component's resources, and for each flow its grant and its network path.

Written beside the program as `docs/coverage.json`; the proof looks for exactly this in the recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archgen.design import Design
from archgen.program.wiring import Instance, Program, RealisedFlow
from archgen.services.names import camel
from archgen.services.service import StackSetting


def coverage(design: Design, program: Program) -> Mapping[str, Any]:
    """Expected components (with the file and line of their class) and flows, as plain data."""
    grant_types = design.cloud.facts["grant_types"]
    components = [
        {
            "id": instance.id,
            "role": instance.service.role,
            "service": instance.service.id,
            "data_classes": _classes(instance.id, design),
            "external": False,
            "file": f"components/{instance.service.id}/component.py",
            "line": instance.source.line,
            "sizes": _sizes(instance, design),
        }
        for instance in program.instances
    ]
    external = [
        {
            "id": c.id,
            "role": c.role,
            "service": str(c.needs["system"]),
            "data_classes": _classes(c.id, design),
            "external": True,
            "file": None,
            "line": None,
        }
        for c in design.topology.components
        if design.topology.is_external(c.id)
    ]
    return {
        "cloud": design.cloud.id,
        "grant_types": sorted({one for kind in grant_types.values() for one in kind}),
        "design": _asked(design),
        "must_not": _must_not(design),
        "components": sorted([*components, *external], key=lambda row: str(row["id"])),
        "flows": [_flow(realised, design, grant_types) for realised in program.flows],
    }


def _asked(design: Design) -> Mapping[str, Any]:
    """What the requirement asks for that decides what a program must have: how it answers, how fast, under what law."""
    latency = design.spec.workload.latency
    return {
        "mode": design.spec.workload.mode,
        "frameworks": sorted(design.spec.governance.frameworks),
        "p99_ms": None if latency is None or latency.p99 is None else round(float(latency.p99) * 1000, 3),
        "labels": any(source.use == "labels" for source in design.spec.sources),
    }


def _classes(id: str, design: Design) -> list[str]:
    """The most sensitive class of each flow that the component takes part in: what passes through its hands."""
    return sorted({flow.data_class for flow in design.topology.flows_of(id)})


def _sizes(instance: Instance, design: Design) -> Mapping[str, Any]:
    """Size -> its setting, and the value that was worked out for each stack."""
    sized = {row.name for rows in design.bindings[instance.id].sizes.values() for row in rows}
    arguments = {name: value for name, value in instance.arguments.items() if name in sized}
    return {
        name: {"setting": value.key, "values": dict(sorted(value.values.items()))}
        for name, value in sorted(arguments.items())
        if isinstance(value, StackSetting)
    }


def _must_not(design: Design) -> list[Mapping[str, str]]:
    """What this case must not have, and why: the proof knows the types of each."""
    unwanted = {
        "endpoint": design.spec.workload.mode == "batch" and "the workload is a batch: nothing answers requests",
        "network": any(n.needs["existing"] for n in design.topology.of_role("network"))
        and "the network exists already",
    }
    return [{"what": what, "because": because} for what, because in sorted(unwanted.items()) if because]


def _flow(realised: RealisedFlow, design: Design, grant_types: Mapping[str, list[str]]) -> Mapping[str, Any]:
    flow, port = realised.flow, realised.port
    grant: dict[str, Any] = {
        "owner": realised.owner,
        "name": f"{flow.opener}-{port.verb}-{flow.other}",
        "types": list(grant_types[port.grant]),
    }
    if design.topology.is_external(realised.other):
        grant["settings"] = [camel(realised.other) + suffix for suffix in port.settings]
    expected = {
        "id": flow.id,
        "source": flow.source,
        "target": flow.target,
        "kind": flow.kind,
        "data_class": flow.data_class,
        "opener": flow.opener,
        "other": flow.other,
        "grant": grant,
        "path": _path(realised, design),
    }
    return expected | ({"phase": "live"} if port.live else {})


def _path(realised: RealisedFlow, design: Design) -> Mapping[str, str]:
    owner = design.services[realised.owner]
    if not owner.inside_network:
        return {"kind": "provider"}
    if design.topology.is_external(realised.other):
        return {"kind": "address"}
    other = design.services[realised.other]
    if other.reached_through is None:
        return {"kind": "inside"}
    existing = any(network.needs["existing"] for network in design.topology.of_role("network"))
    return {"kind": "endpoint", "service": other.reached_through} | ({"network": "existing"} if existing else {})
