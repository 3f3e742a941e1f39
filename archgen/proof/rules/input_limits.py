"""Rule `input-limits`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.constraints import broken, leaves_at
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table


class InputLimits(Rule):
    """Values lie within what the cloud's own schema of the resource allows."""

    id = "input-limits"
    title = "values are within the patterns, lengths, ranges and enumerations of the cloud's schema"
    source = "CloudFormation resource schemas of AWS: archgen/proof/tables/aws_constraints.json"
    example = "`initial_sampling_percentage=200`"
    family = "inputs"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per value; a property that CloudFormation calls by another name is not looked at."""
        for type, row in table("aws_constraints")["types"].items():
            for resource in evidence.up.of_type(type):
                for lower, written, value in leaves_at(resource.inputs):
                    limits = row["properties"].get(lower)
                    message = broken(value, limits) if limits else None
                    if message:
                        yield self.at(resource, f"{written}: {message}")
