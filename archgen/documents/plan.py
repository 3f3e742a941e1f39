"""What `archgen plan` says: decisions, sizing, latency budget, topology, as plain data and as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from archgen.decisions import Decisions
from archgen.design import Design, design, plan
from archgen.sizing import Quantity
from archgen.spec import Spec
from archgen.topology import Topology

WIDTH = 80
_MINUTE_MS = 60_000


def plan_of(spec: Spec, cloud: str | None, region: str | None) -> dict[str, Any]:
    """The plan as plain data. A key whose part does not apply or cannot be said yet is absent.

    Without a blueprint, or while the cloud is to be recommended, there is no sizing. Raises what `design` raises.
    """
    planned = plan(spec)
    sizable = planned.topology is not None and not (spec.platform.cloud == "recommend" and cloud is None)
    designed = design(spec, cloud, region) if sizable else None
    said: dict[str, Any] = {"decisions": _decisions(designed.decisions if designed else planned.decisions)}
    if designed:
        said["sizing"] = [_quantity(row) for row in designed.sizing]
    if planned.latency:
        said["latency_budget"] = [{"hop": hop.hop, "p99_ms": hop.p99_ms} for hop in planned.latency.hops]
    if planned.topology:
        said["topology"] = _topology(planned.topology, designed)
    return said


def _decisions(decisions: Decisions) -> list[dict[str, Any]]:
    return [asdict(decision) for decision in decisions.values()]


def _quantity(row: Quantity) -> dict[str, Any]:
    return asdict(row) | {"inputs": dict(row.inputs)}


def _topology(topology: Topology, designed: Design | None) -> dict[str, Any]:
    services = {id: service.id for id, service in designed.services.items()} if designed else {}
    return {
        "blueprint": topology.blueprint,
        "zones": [asdict(zone) for zone in topology.zones],
        "components": [
            {"id": c.id, "role": c.role, "zone": c.zone, "needs": _plain(c.needs)}
            | ({"service": services[c.id]} if c.id in services else {})
            for c in topology.components
        ],
        "flows": [{"id": flow.id} | asdict(flow) for flow in topology.flows],
    }


def _plain(needs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in needs.items()}


def plan_text(said: Mapping[str, Any]) -> str:
    """The same for a terminal of 80 columns."""
    lines: list[str] = []
    for number, decision in enumerate(said["decisions"], start=1):
        lines += _wrapped(f"{number}. {decision['question']}", "")
        lines += _wrapped(f"-> {decision['choice']} ({decision['kind']}, {decision['confidence']})", "   ")
        for option, reason, figure, _ in decision["rejected"]:
            lines += _wrapped(f"not {option}: {reason} [{figure}]", "   ")
        lines.append("")
    for row in said.get("sizing", ()):
        lines += _wrapped(f"{row['component']}: {row['name']} = {row['value']:,} {row['unit']}  ({row['formula']})", "")
    if "latency_budget" in said:
        lines += ["", *_time_budget(said["latency_budget"])]
    if "topology" in said:
        lines += ["", f"Topology ({said['topology']['blueprint']})"]
        lines += _flows(said["topology"]["flows"])
    else:
        lines += ["", "No blueprint builds this yet: decisions only."]
    return "\n".join(lines)


def _time_budget(hops: Iterable[Mapping[str, Any]]) -> list[str]:
    """Milliseconds of a request, or minutes of a batch."""
    steps = [(str(hop["hop"]), float(hop["p99_ms"])) for hop in hops]
    total = sum(ms for _, ms in steps)
    unit, size, smallest = ("ms", 1, "p99") if total < _MINUTE_MS else ("min", _MINUTE_MS, "window")
    lines = [f"{round(ms / size, 1):6g} {unit}  {hop}" for hop, ms in steps]
    return [*lines, f"{round(total / size, 1):6g} {unit}  sum, the smallest feasible {smallest}"]


def _flows(flows: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"  {flow['step']:2}  {flow['source']} -> {flow['target']}  ({flow['kind']})" for flow in flows]


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "   ")
