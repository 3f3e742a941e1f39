"""Rule `one-zone`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archgen.engine import Resource
from archgen.proof.references import leaves
from archgen.proof.rule import Evidence, Finding, Rule

SUBNET = "aws:ec2/subnet:Subnet"
ZONES = 2
"""The loss of one zone is what a region's services are built for."""
LISTS = ("subnets", "subnetIds", "subnetMappings")


class OneZone(Rule):
    """In production, what is given subnets is given them in two zones at least, each once."""

    id = "one-zone"
    title = "in production what lies in subnets lies in more than one zone"
    source = "AWS Well-Architected, REL10-BP01: deploy the workload to multiple locations; control ELB.13"
    example = "an `ecs.Service` with the subnets of eu-west-1a alone"
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per list of subnets; of subnets that exist already nothing is known."""
        if evidence.stack != "prod" or not evidence.up.completed:
            return
        zones = {
            name: str(subnet.inputs.get("availabilityZone"))
            for subnet in evidence.up.of_type(SUBNET)
            for name in subnet.identities
        }
        for resource in evidence.up.resources if zones else ():
            for subnets in _lists(resource.inputs) if _stays(resource) else ():
                known = [zones[each] for each in subnets if each in zones]
                if known and len(known) == len(subnets) and len(set(known)) < ZONES:
                    yield self.at(resource, f"all of it lies in {known[0]}: give it subnets of another zone too")
                elif len(set(subnets)) < len(subnets):
                    yield self.at(resource, "it is given one subnet twice")


def _stays(resource: Resource) -> bool:
    return resource.from_provider and resource.type != "aws:ec2/networkAcl:NetworkAcl"


def _lists(value: Any) -> Iterator[list[str]]:
    """Every list of subnets among the inputs."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in LISTS and isinstance(each, list):
                yield list(leaves(each))
            else:
                yield from _lists(each)
    elif isinstance(value, list):
        for each in value:
            yield from _lists(each)
