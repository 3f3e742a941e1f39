"""The verdict: score, gates, what is missing and the cheapest way to get it."""

from __future__ import annotations

from dataclasses import dataclass

from archgen.business import Requirement
from archgen.decisions import Decisions
from archgen.feasibility.gates import Gate, gates
from archgen.feasibility.rubric import Evidence, scores
from archgen.knowledge.rubric import criteria

_LACKING = 2


@dataclass(frozen=True, kw_only=True)
class Score:
    """One criterion: 0 to 4 points, its weight, what was found; `way` where it is low."""

    id: str
    title: str
    points: int
    weight: int
    found: str
    assumed: str | None
    way: str | None


@dataclass(frozen=True, kw_only=True)
class Feasibility:
    """`score` of 100; `verdict` is go, pilot, data first or no-go."""

    score: float
    verdict: str
    criteria: tuple[Score, ...]
    gates: tuple[Gate, ...]

    @property
    def stops(self) -> tuple[Gate, ...]:
        """The gates that end it."""
        return tuple(gate for gate in self.gates if gate.result == "stop")

    @property
    def conditions(self) -> tuple[Gate, ...]:
        """The gates that let it go on with what they name."""
        return tuple(gate for gate in self.gates if gate.result == "condition")


def assess(evidence: Evidence, decisions: Decisions, required: Requirement) -> Feasibility:
    """The feasibility of a spec. A stop is a no-go; a condition never lets the verdict be more than a pilot."""
    points = dict(scores(evidence))
    rows = tuple(
        Score(
            id=id,
            title=criterion.title,
            points=points[id].points,
            weight=criterion.weight,
            found=points[id].found,
            assumed=points[id].assumed,
            way=criterion.way if points[id].points <= _LACKING else None,
        )
        for id, criterion in criteria().items()
    )
    total = round(sum(row.weight * row.points / 4 for row in rows), 2)
    found = gates(evidence, decisions, required, points)
    return Feasibility(score=total, verdict=_verdict(evidence, total, found), criteria=rows, gates=found)


def _verdict(evidence: Evidence, total: float, found: tuple[Gate, ...]) -> str:
    at = evidence.assumptions.value
    results = {gate.result for gate in found}
    if "stop" in results or total < at("verdict_data_first"):
        return "no-go"
    if total < at("verdict_pilot"):
        return "data first"
    return "pilot" if total < at("verdict_go") or "condition" in results else "go"
