"""Rule `unwanted`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.shapes import applies_here, shown
from archgen.proof.tables import table


class Unwanted(Rule):
    """What the design rules out is not made, nor what no program of its kind may have: an endpoint for a batch, a
    network where one exists, capture of every request under PCI DSS.
    """

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
        for row in table("unwanted")["never"]:
            if applies_here(row, evidence):
                for resource in (found for shape in row["shown_by"] for found in shown(shape, evidence)):
                    yield self.at(resource, f"this must not be here: {row['because']}")
