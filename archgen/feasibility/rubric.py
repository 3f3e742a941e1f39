"""The rubric: each criterion from 0 to 4, with what was found. Source: FEA-01 to FEA-10 of the project's table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from archgen.decisions.question import counted
from archgen.knowledge import Assumptions
from archgen.sizing import LatencyBudget, Window
from archgen.spec import Spec

_DAY = 86_400
_MONTH = 365 * _DAY / 12
_LABELLESS = frozenset({"question-answering", "summarisation"})
_REACH = {"stream": 4, "cdc": 3, "hourly": 3, "on-demand": 3, "daily": 2, "weekly": 2}
_TAKEN = {"sync": 4, "event": 3, "batch": 3, "file": 2}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the rubric looks at."""

    spec: Spec
    assumptions: Assumptions
    time: LatencyBudget | Window | None


@dataclass(frozen=True, kw_only=True)
class Points:
    """0 to 4, what was found, and the assumption that stands in where the spec is silent."""

    points: int
    found: str
    assumed: str | None = None


def scores(evidence: Evidence) -> Mapping[str, Points]:
    """The points of every criterion, by its id."""
    return {id: score(evidence) for id, score in _SCORES.items()}


def _steps(value: float, bounds: tuple[float, ...]) -> int:
    """4 from the first bound on, one less for each bound that is missed, 0 below the last."""
    return next((4 - number for number, bound in enumerate(bounds) if value >= bound), 4 - len(bounds))


def _availability(evidence: Evidence) -> Points:
    weeks = evidence.assumptions.value("feasibility_access_weeks")
    bought = [source.id for source in evidence.spec.sources if source.delivery == "on-demand"]
    points = 4 if weeks <= 0 else 3 if weeks <= 2 else 2
    if bought:
        return Points(points=min(points, 2), found=f"{', '.join(bought)}: asked for one by one, by contract")
    return Points(points=points, found=f"readable within {weeks:g} weeks", assumed="feasibility_access_weeks")


def _label_volume(evidence: Evidence) -> Points:
    problem = evidence.spec.problem
    if problem.task in _LABELLESS:
        golden = evidence.assumptions.value("feasibility_golden_questions")
        points = _steps(golden, (500, 200, 50, 1))
        return Points(
            points=points, found=f"{golden:g} examples with a right answer", assumed="feasibility_golden_questions"
        )
    labels = problem.labels
    if labels is None:
        return Points(points=0, found="no labels")
    if labels.series:
        rows = float(labels.series) * float(labels.history or 0) / _DAY
        return Points(points=_steps(rows / 10, (10_000, 1_000, 400, 100)), found=f"{rows:,.0f} days of series")
    if labels.positives is not None:
        count = float(labels.positives)
        return Points(points=_steps(count, (10_000, 1_000, 400, 100)), found=f"{count:,.0f} positives")
    rows = float(labels.rows or 0)
    return Points(points=_steps(rows / 10, (10_000, 1_000, 400, 100)), found=f"{rows:,.0f} rows")


def _label_quality(evidence: Evidence) -> Points:
    labels = evidence.spec.problem.labels
    if labels is None:
        if evidence.spec.problem.task in _LABELLESS:
            return Points(points=2, found="graded by people")
        return Points(points=0, found="no labels")
    agreement = evidence.assumptions.value("feasibility_label_agreement")
    points = _steps(agreement, (0.8, 0.6, 0.4, 0.2))
    rate = float(labels.positives) / float(labels.rows) if labels.rows and labels.positives is not None else 1.0
    rare = ", of which fewer than 1 in 1,000 is positive" if rate < 0.001 else ""
    return Points(
        points=min(points, 3) if rare else points,
        found=f"agreement of {agreement:g}{rare}",
        assumed="feasibility_label_agreement",
    )


def _data_quality(evidence: Evidence) -> Points:
    share = evidence.assumptions.value("feasibility_key_completeness")
    return Points(
        points=_steps(share, (0.98, 0.95, 0.9, 0.8)),
        found=f"{share:.0%} of keys complete",
        assumed="feasibility_key_completeness",
    )


def _history(evidence: Evidence) -> Points:
    labels = evidence.spec.problem.labels
    if evidence.spec.problem.task in _LABELLESS:
        return Points(points=4, found="the documents are the record")
    if labels is None or labels.history is None:
        return Points(points=0, found="no history stated")
    if labels.delay is not None and labels.history < labels.delay:
        return Points(points=0, found=f"{labels.history}, less than labels take to mature ({labels.delay})")
    months = round(float(labels.history) / _MONTH, 6)
    return Points(points=_steps(months, (24, 12, 6, 3)), found=str(labels.history))


def _as_of(evidence: Evidence) -> Points:
    features = [source for source in evidence.spec.sources if source.use == "features"]
    if not features or any(source.delivery in ("stream", "cdc") for source in features):
        return Points(points=4, found="events carry their time")
    share = evidence.assumptions.value("feasibility_as_of")
    return Points(
        points=_steps(share, (1, 0.75, 0.5, 0.25)), found="deliveries are snapshots", assumed="feasibility_as_of"
    )


def _latency(evidence: Evidence) -> Points:
    if evidence.time is None:
        return Points(points=4, found="no limit on a whole answer")
    ratio = evidence.time.total_ms / evidence.time.limit_ms if evidence.time.limit_ms else float("inf")
    points = next((4 - number for number, bound in enumerate((0.6, 0.8, 1.0, 1.5)) if ratio <= bound), 0)
    return Points(points=points, found=f"{ratio:.2g} of the time is used")


def _integration(evidence: Evidence) -> Points:
    reached = [
        (_REACH[one.delivery], f"{one.id} ({one.delivery})") for one in evidence.spec.sources if one.use != "labels"
    ]
    taken = [(_TAKEN[one.pattern], f"{one.id} ({one.pattern})") for one in evidence.spec.consumers]
    points, slowest = min([*reached, *taken])
    return Points(points=points, found=f"the slowest is {slowest}")


def _skills(evidence: Evidence) -> Points:
    team = evidence.spec.team
    if team is None:
        return Points(points=0, found="no team stated")
    if team.in_production >= 1:
        return Points(points=4, found=counted(team.in_production, "model") + " in production")
    skills = set(team.skills)
    points = 3 if {"ml", "sql"} <= skills else 2 if "ml" in skills else 1 if skills else 0
    return Points(points=points, found=f"{', '.join(sorted(skills)) or 'no skills stated'}; nothing in production")


def _value(evidence: Evidence) -> Points:
    owner, baseline = evidence.spec.owner, evidence.spec.objective.kpi.baseline
    points = 4 if owner and baseline else 3 if baseline else 2 if owner else 1
    return Points(
        points=points,
        found=f"{owner.team if owner else 'no owner named'}; baseline {baseline or 'not measured'}",
    )


_SCORES: Mapping[str, Callable[[Evidence], Points]] = {
    "data-availability": _availability,
    "label-volume": _label_volume,
    "label-quality": _label_quality,
    "data-quality": _data_quality,
    "history": _history,
    "point-in-time": _as_of,
    "latency": _latency,
    "integration": _integration,
    "skills": _skills,
    "value": _value,
}
