"""The class of a spec under the EU AI Act: a pre-assessment from the spec alone, which a lawyer has to confirm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archgen.knowledge import UseCase, prohibited_practices, use_cases
from archgen.spec import Spec, countries_of

_EU = countries_of("eu")
_NEGATED = re.compile(r"\b(?:no|not|never|without|neither|nor)\b[^.;,]{0,40}$")


@dataclass(frozen=True, kw_only=True)
class Classification:
    """`use` is None where the Act does not apply; `found` are the words or the value that the class rests on."""

    use: UseCase | None
    found: str

    @property
    def risk(self) -> str:
        """prohibited, high, limited, minimal or out of scope."""
        return self.use.risk if self.use else "out of scope"


def classified(spec: Spec) -> Classification:
    """The class, by the order of the Act: scope (Art. 2), prohibited practices (Art. 5), then Annex III and Art. 50.

    Art. 6(3), by which a listed use may yet not be high-risk, needs a documented assessment that no spec can replace.
    """
    if not _concerns_the_union(spec):
        return Classification(use=None, found="neither data subjects nor residency in the EU, and eu-ai-act not named")
    prohibited = prohibited_practice(spec)
    if prohibited:
        return prohibited
    decision = spec.problem.decision
    use = next(row for row in use_cases() if decision.effect in row.effects)
    if use.risk == "high" and decision.subjects != "natural-persons":
        use = next(row for row in use_cases() if "operational" in row.effects)
    return Classification(use=use, found=f"effect: {decision.effect}, subjects: {decision.subjects}")


def prohibited_practice(spec: Spec) -> Classification | None:
    """The practice of Art. 5 that the spec's own words name, with those words; None where there is none.

    A practice that the words do not name cannot be seen. A word that is negated shortly before ("without inferring
    emotions") does not count.
    """
    if not _concerns_the_union(spec):
        return None
    parts = (spec.title or "", spec.objective.statement, spec.objective.kpi.metric.replace("-", " "))
    said = ". ".join(parts).lower()
    for row in prohibited_practices():
        hits = [_named(said, group) for group in row.all_words]
        if all(hits):
            return Classification(use=row, found=", ".join(f"'{hit}'" for hit in hits))
    return None


def _named(said: str, beginnings: Sequence[str]) -> str | None:
    """The first word that begins with one of the beginnings and is not negated."""
    for beginning in beginnings:
        for hit in re.finditer(rf"\b{re.escape(beginning)}[\w-]*", said):
            if not _NEGATED.search(said[: hit.start()]):
                return hit[0]
    return None


def _concerns_the_union(spec: Spec) -> bool:
    governance = spec.governance
    if "eu-ai-act" in governance.frameworks:
        return True
    places = (*governance.data_subjects, *governance.residency)
    return any(countries_of(place) & _EU for place in places)
