"""Rule `open-to-the-internet`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archgen.engine import Resource
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.security_groups import openings

EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})
AZURE_EVERYWHERE = frozenset({*EVERYWHERE, "*", "Internet", "Any"})
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
FIREWALL = "gcp:compute/firewall:Firewall"
SECURITY_RULE = "azure-native:network:SecurityRule"


class OpenToTheInternet(Rule):
    """Nothing lets the whole internet in."""

    id = "open-to-the-internet"
    title = "no security group or firewall rule lets the whole internet in"
    source = "PCI DSS v4.0.1, 1.3.1 and 1.4.2; CIS benchmarks of the three clouds"
    example = 'a `SecurityGroupIngressRule` with `cidr_ipv4="0.0.0.0/0"`'
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per opening, on any of the three clouds."""
        for opening in openings(evidence.up.resources):
            if opening.direction == "ingress" and opening.other_end[1] in EVERYWHERE:
                yield self.at(opening.resource, f"it lets in {opening.other_end[1]}: name who may come")
        for resource in evidence.up.resources:
            if _inline(resource) or _google(resource) or _azure(resource):
                yield self.at(resource, "it lets in everybody: name who may come")


def _inline(resource: Resource) -> bool:
    rules = resource.inputs.get("ingress") or () if resource.type == SECURITY_GROUP else ()
    return any(EVERYWHERE & {*rule.get("cidrBlocks", ()), *rule.get("ipv6CidrBlocks", ())} for rule in rules)


def _google(resource: Resource) -> bool:
    inputs = resource.inputs
    if resource.type != FIREWALL or inputs.get("direction", "INGRESS") != "INGRESS" or not inputs.get("allows"):
        return False
    restricted = inputs.get("sourceTags") or inputs.get("sourceServiceAccounts")
    return bool(EVERYWHERE & set(inputs.get("sourceRanges") or (() if restricted else EVERYWHERE)))


def _azure(resource: Resource) -> bool:
    inputs = resource.inputs
    if resource.type != SECURITY_RULE or (inputs.get("direction"), inputs.get("access")) != ("Inbound", "Allow"):
        return False
    sources: list[Any] = [inputs.get("sourceAddressPrefix"), *(inputs.get("sourceAddressPrefixes") or ())]
    return any(source in AZURE_EVERYWHERE for source in sources)
