"""Network paths on AWS: security-group rules, interface and gateway endpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from archgen.engine import Resource
from archgen.proof.references import setting_texts
from archgen.proof.rule import Evidence
from archgen.proof.security_groups import Opening, openings

VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
NETWORK = "network"
NETWORK_EXISTS = "existing"
GROUP = "referencedSecurityGroupId"


def _between_groups(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """A rule out of the opener's group and its mirror into the other's, both named as the grant, on the same ports."""
    grant = flow["grant"]
    named = [each for each in openings(evidence.up.resources) if each.resource.name == grant["name"]]
    outward = [each for each in named if each.direction == "egress" and each.resource.component == grant["owner"]]
    inward = [each for each in named if each.direction == "ingress"]
    if not outward:
        return f"no egress rule named '{grant['name']}' under component '{grant['owner']}'"
    if not inward:
        return f"no ingress rule named '{grant['name']}'"
    if not any(_mirror(out, into) for out in outward for into in inward):
        return f"the egress and the ingress rule '{grant['name']}' do not meet: other groups or other ports"
    return None


def _mirror(out: Opening, into: Opening) -> bool:
    same_ports = (out.protocol, out.from_port, out.to_port) == (into.protocol, into.from_port, into.to_port)
    return same_ports and out.other_end == (GROUP, into.group) and into.other_end == (GROUP, out.group)


def _through_endpoint(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """An endpoint of the service in the network, and a rule out of the opener's group to it.

    Where the network exists already its endpoints are not ours to see: then any rule out of the opener's group to a
    group or a prefix list counts.
    """
    path, owner = flow["path"], flow["grant"]["owner"]
    outward = [each for each in openings(evidence.up.of_component(owner)) if each.direction == "egress"]
    if NETWORK_EXISTS in (path.get("network"), (evidence.coverage or {}).get("network")):
        open_to_endpoints = any(each.other_end[0] in (GROUP, "prefixListId") for each in outward)
        return None if open_to_endpoints else f"no egress rule of component '{owner}' to the network's endpoints"
    found = [
        each
        for each in evidence.up.of_component(NETWORK)
        if each.type == VPC_ENDPOINT and str(each.inputs.get("serviceName", "")).endswith(f".{path['service']}")
    ]
    if not found:
        return f"component '{NETWORK}' has no VpcEndpoint for {path['service']}"
    if not any(_reaches(each, endpoint, evidence) for each in outward for endpoint in found):
        return f"no egress rule of component '{owner}' to the endpoint for {path['service']}"
    return None


def _reaches(opening: Opening, endpoint: Resource, evidence: Evidence) -> bool:
    kind, end = opening.other_end
    if kind == GROUP:
        return end in (endpoint.inputs.get("securityGroupIds") or ())
    source = opening.resource.property_dependencies.get("prefixListId", ())
    return kind == "prefixListId" and (endpoint.urn in source or end in endpoint.identities)


def _to_address(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """A rule named as the grant, under its owner, whose address comes from one of the grant's settings."""
    grant = flow["grant"]
    named = [each for each in openings(evidence.up.of_component(grant["owner"])) if each.resource.name == grant["name"]]
    if not named:
        return f"no security-group rule named '{grant['name']}' under component '{grant['owner']}'"
    addresses = set(setting_texts(grant.get("settings") or (), evidence))
    if not any(each.other_end[1] in addresses for each in named):
        told = ", ".join(grant.get("settings") or ()) or "(none told)"
        return f"the security-group rule '{grant['name']}' takes its address from none of the settings {told}"
    return None


KINDS: Mapping[str, Callable[[Mapping[str, Any], Evidence], str | None]] = {
    "inside": _between_groups,
    "endpoint": _through_endpoint,
    "address": _to_address,
}
