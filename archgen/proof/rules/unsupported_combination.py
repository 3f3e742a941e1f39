"""Rule `unsupported-combination`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archgen.engine import Resource, ResourceGraph
from archgen.proof.paths_in_inputs import values
from archgen.proof.requirements import meets
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table


class UnsupportedCombination(Rule):
    """No two properties that a service takes one by one and refuses together."""

    id = "unsupported-combination"
    title = "no two properties that a service refuses together"
    source = "the pages named in archgen/proof/tables/combinations.yaml"
    example = "an `EndpointConfiguration` with `serverless_config` and `data_capture_config`"
    family = "inputs"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per combination and resource."""
        for row in table("combinations")["combinations"]:
            for resource in evidence.up.of_type(row["type"]):
                if meets(row["all"], resource.inputs) and _leads_to(row, resource, evidence.up):
                    yield self.at(resource, f"{row['because']} ({row['source']})")


def _leads_to(row: Mapping[str, Any], resource: Resource, graph: ResourceGraph) -> bool:
    if "through" not in row:
        return True
    reached: Sequence[Resource] = [resource]
    for hop in row["through"]:
        names = {name for each in reached for name in values(each.inputs, hop["path"]) if isinstance(name, str)}
        reached = [each for each in graph.of_type(hop["type"]) if names.intersection(each.identities)]
    return any(meets(row["to"], each.inputs) for each in reached)
