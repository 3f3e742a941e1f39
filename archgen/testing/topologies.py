"""Whether a topology is whole: nothing of the spec is lost, and whatever one part names is there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from archgen.blueprints.catalogue import Blueprint
from archgen.knowledge import needs
from archgen.proof import Finding
from archgen.spec import Spec
from archgen.testing.contract import fault
from archgen.topology import Topology

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_ID = 31
"""Characters: physical names are made from ids, and the shortest limits of the clouds are near 63 in all."""


def topology_faults(topology: Topology, spec: Spec, blueprint: Blueprint) -> tuple[Finding, ...]:
    """What is lost of the spec, and what is named and not there."""
    path = blueprint.folder / "blueprint.py"
    said = (*_identity(topology, blueprint), *_lost(topology, spec), *_loose(topology), *_components(topology))
    return tuple(fault(rule, message, path) for rule, message in said)


def _identity(topology: Topology, blueprint: Blueprint) -> Iterator[tuple[str, str]]:
    if topology.blueprint != blueprint.id:
        yield "blueprint-id", f"its topology says '{topology.blueprint}'; expected '{blueprint.id}'"
    for role in ("foundation", "network"):
        if (found := len(tuple(topology.of_role(role)))) != 1:
            yield "one-of-role", f"{found} components have the role '{role}'; expected one"


def _lost(topology: Topology, spec: Spec) -> Iterator[tuple[str, str]]:
    ids = {component.id for component in topology.components}
    for kind, wanted in (("source", spec.sources), ("consumer", spec.consumers)):
        for one in wanted:
            if one.id not in ids:
                yield "lost", f"{kind} '{one.id}' of the spec is no component"
            elif not topology.is_external(one.id):
                yield "lost", f"{kind} '{one.id}' lies in no zone of kind external"
            elif not topology.flows_of(one.id):
                yield "lost", f"no flow begins or ends at {kind} '{one.id}'"


def _loose(topology: Topology) -> Iterator[tuple[str, str]]:
    ids = {component.id for component in topology.components}
    for flow in topology.flows:
        for end in sorted({flow.source, flow.target} - ids):
            yield "loose-flow", f"flow {flow.id} names '{end}', which is no component"
    for name, times in sorted(Counter(flow.id for flow in topology.flows).items()):
        if times > 1:
            yield "flow-twice", f"{times} flows are called {name}"
    zones = {zone.id for zone in topology.zones}
    for zone in topology.zones:
        if zone.parent is not None and zone.parent not in zones:
            yield "loose-zone", f"zone '{zone.id}' lies in '{zone.parent}', which is no zone"


def _components(topology: Topology) -> Iterator[tuple[str, str]]:
    zones = {zone.id for zone in topology.zones}
    for component in topology.components:
        if component.zone not in zones:
            yield "loose-zone", f"'{component.id}' lies in '{component.zone}', which is no zone"
        if not _ID.fullmatch(component.id) or len(component.id) > _LONGEST_ID:
            expected = f"lower-case words joined by hyphens, at most {_LONGEST_ID} characters"
            yield "component-id", f"'{component.id}' is no id; expected {expected}"
        for need in sorted(set(component.needs) - set(needs())):
            yield "unknown-need", f"'{component.id}' needs '{need}', which is not in the vocabulary of needs"
