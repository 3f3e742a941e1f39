"""Security-group rules of a recording, one value for each thing that is let through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from archgen.engine import Resource

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
EITHER = "aws:ec2/securityGroupRule:SecurityGroupRule"
OTHER_ENDS = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
MANY_OTHER_ENDS = {"cidrBlocks": "cidrIpv4", "ipv6CidrBlocks": "cidrIpv6", "prefixListIds": "prefixListId"}


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One thing let through. `other_end` is (kind of end, its address or id); ports are None for all of them."""

    resource: Resource
    direction: Literal["ingress", "egress"]
    group: str
    protocol: str
    from_port: int | None
    to_port: int | None
    other_end: tuple[str, str]

    @property
    def key(self) -> tuple[Any, ...]:
        """What AWS compares: a second rule with the same key is refused (InvalidPermission.Duplicate)."""
        return (self.direction, self.group, self.protocol, self.from_port, self.to_port, self.other_end)


def openings(resources: Iterable[Resource]) -> Iterator[Opening]:
    """Every opening of the standalone security-group rules among `resources`, of an `up` recording."""
    for resource in resources:
        if resource.type == INGRESS:
            yield from _openings(resource, "ingress")
        elif resource.type == EGRESS:
            yield from _openings(resource, "egress")
        elif resource.type == EITHER:
            yield from _openings(resource, "ingress" if resource.inputs.get("type") == "ingress" else "egress")


def _openings(resource: Resource, direction: Literal["ingress", "egress"]) -> Iterator[Opening]:
    inputs = resource.inputs
    protocol = str(inputs.get("ipProtocol", inputs.get("protocol", "-1"))).lower()
    everything = protocol in ("-1", "all")
    for end in _other_ends(inputs):
        yield Opening(
            resource=resource,
            direction=direction,
            group=str(inputs.get("securityGroupId", "")),
            protocol="-1" if everything else protocol,
            from_port=None if everything else inputs.get("fromPort"),
            to_port=None if everything else inputs.get("toPort"),
            other_end=end,
        )


def _other_ends(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in OTHER_ENDS:
        if inputs.get(kind):
            yield kind, str(inputs[kind])
    for many, kind in MANY_OTHER_ENDS.items():
        for each in inputs.get(many) or ():
            yield kind, str(each)
    if inputs.get("sourceSecurityGroupId"):
        yield "referencedSecurityGroupId", str(inputs["sourceSecurityGroupId"])
    if inputs.get("self"):
        yield "referencedSecurityGroupId", str(inputs.get("securityGroupId", ""))
