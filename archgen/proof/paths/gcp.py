"""Network paths on Google Cloud: firewall rules for a workload's tag, and the entrance to Google's APIs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archgen.engine import Resource
from archgen.proof.references import setting_texts
from archgen.proof.rule import Evidence

FIREWALL = "gcp:compute/firewall:Firewall"
ADMISSION = "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy"
ENTRANCE = "gcp:compute/globalForwardingRule:GlobalForwardingRule"
ADDRESS = "gcp:compute/globalAddress:GlobalAddress"
ZONE = "gcp:dns/managedZone:ManagedZone"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
WORKLOADS = ("gcp:cloudrunv2/service:Service", "gcp:cloudrunv2/workerPool:WorkerPool")
API_BUNDLES = ("all-apis", "vpc-sc")
NETWORK = "network"
HTTPS = "443"


def _inside(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """A rule named as the grant, out of the opener's tag, to where managed services open their endpoints."""
    grant = flow["grant"]
    named = [rule for rule in _outward(grant["owner"], evidence) if rule.name == grant["name"]]
    if not named:
        return f"no egress rule named '{grant['name']}' under component '{grant['owner']}'"
    subnets = {
        str(each.inputs.get("ipCidrRange"))
        for each in evidence.up.of_component(NETWORK)
        if each.type == SUBNET and each.inputs.get("purpose") == "PRIVATE"
    }
    if not any(subnets & set(_ranges(rule)) for rule in named):
        return f"the egress rule '{grant['name']}' leads to no subnet of component '{NETWORK}'"
    return _untagged(named, flow, evidence)


def _through_entrance(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """The network's entrance to Google's APIs under their own names, and a rule out of the opener's tag to it."""
    domain, owner = f"{flow['path']['service']}.", flow["grant"]["owner"]
    network = evidence.up.of_component(NETWORK)
    entrances = [each for each in network if each.type == ENTRANCE and each.inputs.get("target") in API_BUNDLES]
    if not entrances:
        return f"component '{NETWORK}' has no entrance to Google's APIs"
    if not any(each.type == ZONE and each.inputs.get("dnsName") == domain for each in network):
        return f"component '{NETWORK}' has no private zone for {domain}"
    used = {urn for each in entrances for urn in each.property_dependencies.get("ipAddress", ())}
    at = {f"{each.inputs.get('address')}/32" for each in network if each.type == ADDRESS and each.urn in used}
    rules = [rule for rule in _outward(owner, evidence) if at & set(_ranges(rule)) and HTTPS in _ports(rule)]
    if not rules:
        return f"no egress rule of component '{owner}' to Google's APIs on port {HTTPS}"
    return _untagged(rules, flow, evidence)


def _to_address(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """A rule named as the grant, under its owner, whose addresses come from the grant's settings and nowhere else."""
    grant = flow["grant"]
    under = evidence.up.of_component(grant["owner"])
    named = [each for each in under if each.name == grant["name"] and each.type in (FIREWALL, ADMISSION)]
    if not named:
        return f"no firewall rule or admission named '{grant['name']}' under component '{grant['owner']}'"
    told = set(setting_texts(grant.get("settings") or (), evidence))
    let_through = {address for each in named for address in _let_through(each)}
    if not let_through or not let_through <= told:
        settings = ", ".join(grant.get("settings") or ()) or "(none told)"
        return f"'{grant['name']}' takes its addresses from elsewhere than the settings {settings}"
    return _untagged([each for each in named if each.type == FIREWALL], flow, evidence)


def _untagged(rules: list[Resource], flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """What is missing between the rules and what runs: in the live phase its interface has to bear their tag."""
    running = [each for each in evidence.up.of_component(flow["grant"]["owner"]) if each.type in WORKLOADS]
    for rule in rules:
        tags = set(rule.inputs.get("targetTags") or ())
        if not tags:
            return f"the egress rule '{rule.name}' names no tag: it lets out whoever is in the network"
        for each in running:
            if not tags & set(_tags(each)):
                return f"'{each.name}' bears no tag of the egress rule '{rule.name}'"
    return None


def _outward(owner: str, evidence: Evidence) -> list[Resource]:
    rules = (each for each in evidence.up.of_component(owner) if each.type == FIREWALL)
    return [rule for rule in rules if rule.inputs.get("direction") == "EGRESS" and rule.inputs.get("allows")]


def _ranges(rule: Resource) -> list[str]:
    return [str(each) for each in rule.inputs.get("destinationRanges") or ()]


def _ports(rule: Resource) -> list[str]:
    return [str(port) for allowed in rule.inputs.get("allows") or () for port in allowed.get("ports") or ()]


def _let_through(resource: Resource) -> Iterator[str]:
    if resource.type == FIREWALL:
        yield from _ranges(resource)
    for rule in resource.inputs.get("rules") or ():
        if rule.get("action") == "allow":
            yield from ((rule.get("match") or {}).get("config") or {}).get("srcIpRanges") or ()


def _tags(workload: Resource) -> Iterator[str]:
    access = (workload.inputs.get("template") or {}).get("vpcAccess") or {}
    for interface in access.get("networkInterfaces") or ():
        yield from interface.get("tags") or ()


KINDS: Mapping[str, Callable[[Mapping[str, Any], Evidence], str | None]] = {
    "inside": _inside,
    "endpoint": _through_entrance,
    "address": _to_address,
}
