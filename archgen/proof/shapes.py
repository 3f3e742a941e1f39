"""Of which kind a program is, and which of its resources have a shape: what the tables wanted and unwanted speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archgen.engine import Resource
from archgen.proof.paths_in_inputs import values
from archgen.proof.references import leaves
from archgen.proof.requirements import meets
from archgen.proof.rule import Evidence

SUBNET = "aws:ec2/subnet:Subnet"


def is_of_kind(when: Mapping[str, Any], evidence: Evidence) -> bool:
    """Whether the coverage says that it is of this kind: mode, labels, one of the frameworks, each of the roles."""
    asked = (evidence.coverage or {}).get("design")
    if asked is None:
        return False
    if any(when.get(key, asked[key]) != asked[key] for key in ("mode", "labels")):
        return False
    if "frameworks" in when and not set(when["frameworks"]) & set(asked["frameworks"]):
        return False
    return set(when.get("roles", ())) <= {each["role"] for each in evidence.components}


def applies_here(row: Mapping[str, Any], evidence: Evidence) -> bool:
    """Whether a row is for this kind of program, in this stack and phase, and its shapes for this cloud."""
    types = [shape["type"] for shape in row["shown_by"] if "type" in shape]
    clouds = {type.partition(":")[0] for type in types}
    return (
        is_of_kind(row["when"], evidence)
        and evidence.stack in row.get("stacks", (evidence.stack,))
        and evidence.phase == row.get("phase", evidence.phase)
        and (not types or evidence.cloud in clouds)
    )


def shown(shape: Mapping[str, Any], evidence: Evidence, components: Sequence[str] | None = None) -> Iterator[Resource]:
    """The resources of the shape, only those of `components` if they are told."""
    places = {each["id"] for each in evidence.components if each["role"] == shape.get("role")}
    for resource in evidence.up.of_type(shape["type"]):
        if "role" in shape and resource.component not in places:
            continue
        if components is not None and resource.component not in components:
            continue
        if "zones" in shape and len(_zones(resource, shape["zones"]["path"], evidence)) < shape["zones"]["least"]:
            continue
        if re.search(shape.get("named", ""), resource.name) and meets(shape.get("all", ()), resource.inputs):
            yield resource


def flows_between(wanted: Mapping[str, str], evidence: Evidence) -> bool:
    """Whether a flow of the coverage leads from a component of one role to one of the other; that it is made is the
    business of the rules on flows.
    """
    roles = {each["id"]: each["role"] for each in evidence.components}
    ends = {(roles.get(flow["source"]), roles.get(flow["target"])) for flow in evidence.flows}
    return (wanted["from"], wanted["to"]) in ends


def _zones(resource: Resource, path: str, evidence: Evidence) -> frozenset[str]:
    """The zones of its subnets; each subnet that exists already is taken to lie in one of its own."""
    known = {
        name: str(each.inputs.get("availabilityZone"))
        for each in evidence.up.of_type(SUBNET)
        for name in each.identities
    }
    subnets = [text for value in values(resource.inputs, path) for text in leaves(value)]
    return frozenset(known.get(each, each) for each in subnets)
