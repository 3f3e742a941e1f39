"""Rule `quota-not-asked`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archgen.engine import ResourceGraph
from archgen.proof.paths_in_inputs import values
from archgen.proof.requirements import fault
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table

REQUEST = "aws:servicequotas/serviceQuota:ServiceQuota"


class QuotaNotAsked(Rule):
    """What needs most of a quota asks for more of it with the first deployment: an answer may take days."""

    id = "quota-not-asked"
    title = "what takes more than 0.7 of a default quota asks for more"
    source = "AWS Well-Architected, REL01-BP01; the quotas and their pages: archgen/proof/tables/quotas.yaml"
    example = "27 instances of an endpoint and no `servicequotas.ServiceQuota`"
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per quota, none where the stack does not own its account: then whoever does asks."""
        setting = f"{evidence.project.name}:{table('account_singletons')['setting']}"
        if not evidence.up.completed or evidence.configuration.values.get(setting) not in (True, "true"):
            return
        rows = table("quotas")
        region = evidence.configuration.values.get("aws:region")
        asked = [(each.inputs.get("serviceCode"), each.inputs.get("value", 0)) for each in evidence.up.of_type(REQUEST)]
        for row in rows["quotas"]:
            needed = sum(_needed(part, evidence.up) for part in row["needed"])
            given = row.get("default_of", {}).get(region, row["default"])
            if needed <= rows["safety"] * given:
                continue
            if not any(service == row["service"] and value * rows["safety"] >= needed for service, value in asked):
                yield self.general(f"{needed:g} {row['name']} are needed of {given} by default: ask for more")


def _needed(part: Mapping[str, Any], graph: ResourceGraph) -> float:
    when, total = part.get("when"), 0.0
    for resource in graph.of_type(part["type"]):
        if when is not None and not all(fault(when, value) is None for value in values(resource.inputs, when["path"])):
            continue
        found = values(resource.inputs, part["path"]) if "path" in part else [1]
        total += sum(value for value in found if isinstance(value, int | float))
    return total
