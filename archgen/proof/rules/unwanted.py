"""Rule `unwanted`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table


class Unwanted(Rule):
    """What the design rules out is not made: an endpoint for a batch, a network where one exists."""

    id = "unwanted"
    title = "what the design rules out is not made"
    source = "judgement: what was decided against and is there all the same costs money and explains itself to nobody"
    example = "a `sagemaker.Endpoint` in a nightly batch"
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per resource."""
        for row in (evidence.coverage or {}).get("must_not", ()):
            for type in table("unwanted")["types"].get(row["what"], ()):
                for resource in evidence.up.of_type(type):
                    yield self.at(resource, f"this must not be here: {row['because']}")
