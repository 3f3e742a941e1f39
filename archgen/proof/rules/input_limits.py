"""Rule `input-limits`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from archgen.proof.constraints import Constraints, broken, leaves_at
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table

EXTRACTED = ("aws_constraints", "google_constraints")


class InputLimits(Rule):
    """Values lie within what the cloud's own schema of the resource allows."""

    id = "input-limits"
    title = "values are within the patterns, lengths, ranges and enumerations of the cloud's schema"
    source = (
        "CloudFormation resource schemas of AWS: archgen/proof/tables/aws_constraints.json; discovery documents of"
        " Google: google_constraints.json; what documentation says in words: written_limits.yaml"
    )
    example = "`initial_sampling_percentage=200`"
    family = "inputs"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per value; a property that a schema calls by another name is not looked at."""
        for type, properties in _limits().items():
            for resource in evidence.up.of_type(type):
                for lower, written, value in leaves_at(resource.inputs):
                    limits = properties.get(lower)
                    message = broken(value, limits) if limits else None
                    if message:
                        yield self.at(resource, f"{written}: {message}")


@cache
def _limits() -> Mapping[str, Mapping[str, Constraints]]:
    """Type -> path in lower case -> limits, of every table; what is written by hand goes before what was extracted."""
    found: dict[str, dict[str, Constraints]] = {}
    for name in EXTRACTED:
        for type, row in table(name)["types"].items():
            found.setdefault(type, {}).update(row["properties"])
    for type, limits in table("written_limits")["types"].items():
        found.setdefault(type, {}).update({path.lower(): each for path, each in limits.items()})
    return found
