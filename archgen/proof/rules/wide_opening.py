"""Rule `wide-opening`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archgen.engine import Resource
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.security_groups import openings

ALL_PORTS = (0, 65535)
FIREWALL = "gcp:compute/firewall:Firewall"
SECURITY_RULE = "azure-native:network:SecurityRule"
ANY_PORT = frozenset({"*", "0-65535", "1-65535"})
ANYWHERE = frozenset({"*", "Any", "Internet", "VirtualNetwork"})
"""Ends of a rule on Azure that are no address of anybody in particular; a subnet opens to itself and to its probes."""


class WideOpening(Rule):
    """What is let through is named by protocol and port: a rule for everything is for what nobody thought of too."""

    id = "wide-opening"
    title = "a rule of a security group or firewall names protocol and ports"
    source = (
        "PCI DSS v4.0.1, 1.2.5 and 1.3.1; https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    )
    example = 'a `SecurityGroupIngressRule` with `ip_protocol="-1"`, or a `Firewall` that allows `tcp` without `ports`'
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per rule; workers of one Glue job speak to each other on any TCP port, so that a group may open
        all of them to itself.
        """
        for opening in openings(evidence.up.resources):
            every_port = (opening.from_port, opening.to_port) == ALL_PORTS
            if opening.protocol == "-1" or (every_port and opening.other_end[1] != opening.group):
                yield self.at(opening.resource, "it lets everything through: name protocol and ports")
        for resource in evidence.up.resources:
            if _google(resource) or _azure(resource):
                yield self.at(resource, "it lets everything through: name protocol and ports")


def _google(resource: Resource) -> bool:
    allowed = resource.inputs.get("allows") or () if resource.type == FIREWALL else ()
    return any(each.get("protocol") == "all" or _unported(each) for each in allowed)


def _unported(allowed: Mapping[str, Any]) -> bool:
    ports = allowed.get("ports")
    return allowed.get("protocol") in ("tcp", "udp") and (not ports or bool(ANY_PORT & set(map(str, ports))))


def _azure(resource: Resource) -> bool:
    inputs = resource.inputs
    if resource.type != SECURITY_RULE or inputs.get("access") != "Allow":
        return False
    end = "source" if inputs.get("direction") == "Inbound" else "destination"
    ports = {inputs.get("destinationPortRange"), *(inputs.get("destinationPortRanges") or ())}
    ends = {inputs.get(f"{end}AddressPrefix"), *(inputs.get(f"{end}AddressPrefixes") or ())}
    return bool(ANY_PORT & ports) and bool(ANYWHERE & ends)
