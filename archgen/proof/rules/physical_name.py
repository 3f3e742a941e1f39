"""Rule `physical-name`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from archgen.engine import Resource
from archgen.proof.constraints import broken
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table

SUFFIX = 8
"""What Pulumi adds to a logical name where no name is given: a dash and seven hexadecimal digits, eight on Azure."""


class PhysicalName(Rule):
    """The name of a resource in the cloud is one that the cloud takes, given or made by Pulumi."""

    id = "physical-name"
    title = "names have the form and the length that the cloud takes, those that Pulumi makes too"
    source = (
        "CloudFormation resource schemas of AWS and archgen/proof/tables/name_lengths.yaml;"
        " https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming"
    )
    example = "a SageMaker endpoint named `fraud_prod`, or a load balancer with a logical name of 30 characters"
    family = "inputs"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per name."""
        for type, limits in _names().items():
            for resource in evidence.up.of_type(type):
                message = _message(resource, limits)
                if message:
                    yield self.at(resource, message)


def _message(resource: Resource, limits: Mapping[str, Any]) -> str | None:
    given = resource.inputs.get(limits["input"])
    if given is not None:
        message = broken(given, limits)
        return f"{limits['input']}: {message}" if message else None
    longest = limits.get("maxLength")
    prefix = resource.inputs.get(f"{limits['input']}Prefix")
    if prefix is not None or longest is None or len(resource.name) + SUFFIX <= longest:
        return None
    return (
        f"its name '{resource.name}' and the {SUFFIX} characters that Pulumi adds are"
        f" {len(resource.name) + SUFFIX}, {longest} are allowed"
    )


@cache
def _names() -> Mapping[str, Mapping[str, Any]]:
    """Type -> the input that holds its name, and the constraints of that."""
    schemas = table("aws_constraints")["types"]
    extracted = {type: row["name"] for type, row in schemas.items() if row.get("name")}
    by_hand = table("name_lengths")["names"]
    return {type: extracted.get(type, {}) | by_hand.get(type, {}) for type in sorted({*extracted, *by_hand})}
