"""Rule `egress-destination`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.references import leaves
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.rules.open_to_the_internet import EVERYWHERE
from archgen.proof.security_groups import openings

RANGES = ("cidrIpv4", "cidrIpv6")
OWN_RANGES = {"aws:ec2/vpc:Vpc": "cidrBlock", "aws:ec2/subnet:Subnet": "cidrBlock"}


class EgressDestination(Rule):
    """What leaves goes to a security group, a prefix list, the own network or a range that somebody stated."""

    id = "egress-destination"
    title = "what leaves goes to a group, a prefix list or a range that somebody stated"
    source = "PCI DSS v4.0.1, 1.3.2; https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    example = 'a `SecurityGroupEgressRule` with `cidr_ipv4="0.0.0.0/0"`'
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per opening to everywhere, or to a range that is neither the network's nor a setting's."""
        stated = {text for value in evidence.configuration.values.values() for text in leaves(value)}
        own = {str(each.inputs.get(OWN_RANGES[each.type])) for each in evidence.up.resources if each.type in OWN_RANGES}
        for opening in openings(evidence.up.resources):
            kind, address = opening.other_end
            if opening.direction != "egress" or kind not in RANGES:
                continue
            if address in EVERYWHERE:
                yield self.at(opening.resource, f"it lets out to {address}: name where to")
            elif address not in stated | own:
                yield self.at(opening.resource, f"nobody stated {address}: take the range from a setting")
