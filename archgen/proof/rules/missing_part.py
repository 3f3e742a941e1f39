"""Rule `missing-part`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.shapes import applies_here, flows_between, shown
from archgen.proof.tables import table


class MissingPart(Rule):
    """What every program of a kind has to have is there: masked logs under PCI DSS, an alarm on a late night."""

    id = "missing-part"
    title = "what a program of this kind has to have is there"
    source = "judgement, with the clause of the framework where there is one: archgen/proof/tables/wanted.yaml"
    example = "an online program under PCI DSS whose endpoint has no shadow variant"
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per part that nothing shows, or per component that lacks its own."""
        if not evidence.up.completed:
            return
        for row in table("wanted")["wanted"]:
            if not applies_here(row, evidence):
                continue
            for component in _asked(row, evidence):
                if not _there(row, evidence, component):
                    place = {} if component is None else component
                    of = "" if component is None else f" of {component['id']}"
                    yield self.general(f"missing{of}: {row['what']}", file=place.get("file"), line=place.get("line"))


def _asked(row: Mapping[str, Any], evidence: Evidence) -> Iterator[Mapping[str, Any] | None]:
    """The components that have to have it, None for the program as a whole."""
    if "each" not in row:
        yield None
        return
    holding = {each.component for each in evidence.up.of_type(row["each"]["with"])}
    for component in evidence.components:
        if row["each"]["data_class"] in component.get("data_classes", ()) and component["id"] in holding:
            yield component


def _there(row: Mapping[str, Any], evidence: Evidence, component: Mapping[str, Any] | None) -> bool:
    within = None if component is None else [component["id"]]
    return any(
        flows_between(shape["flow"], evidence) if "flow" in shape else _shown(row, shape, evidence, within)
        for shape in row["shown_by"]
    )


def _shown(row: Mapping[str, Any], shape: Mapping[str, Any], evidence: Evidence, within: Sequence[str] | None) -> bool:
    found = list(shown(shape, evidence, within))
    return bool(found) and (not row.get("every") or len(found) == len(evidence.up.of_type(shape["type"])))
