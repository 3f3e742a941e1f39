"""People who work beside a model: reviews of a day, in full-time people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archgen.business.arithmetic import full_time
from archgen.business.pattern import requirement_of
from archgen.business.requirement import Figures
from archgen.knowledge import Assumptions
from archgen.sizing import Quantity, reckoned
from archgen.sizing.arrivals import answers_a_day
from archgen.spec import Spec

_QUEUE = "people in the queue"


def people_quantities(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """The people that a queue, alarms, or an audit of generated answers takes; nothing where nobody looks.

    What comes to people: the rest of what goes straight through (the arithmetic of that figure has it), the reviews or
    re-inspections that the spec says they can do, false alarms of watched assets, and a sample of what a language model
    wrote.
    """
    queue = next((step for step in requirement_of(spec, assumptions).steps if step.name == _QUEUE), None)
    if queue is not None:

        def people(known: Assumptions) -> float:
            steps = requirement_of(spec, known).steps
            return round(next(step.result for step in steps if step.name == _QUEUE), 1)

        said: dict[str, int | float | str] = {name: round(value, 6) for name, value in queue.inputs.items()}
        return (reckoned("review", "people", "full-time people", queue.formula, people, assumptions, said=said),)
    work = _work(spec)
    return (_people(spec, assumptions, work),) if work else ()


@dataclass(frozen=True, kw_only=True)
class Work:
    """Reviews of a day, their formula in words, and the KPI inputs and assumptions that it names."""

    a_day: Callable[[Figures, Assumptions], float]
    formula: str
    inputs: tuple[str, ...] = ()
    used: tuple[str, ...] = ()


def _work(spec: Spec) -> Work | None:
    inputs = spec.objective.kpi.inputs
    for name in ("review_capacity", "reinspection_capacity"):
        if name in inputs:
            return Work(a_day=lambda figures, known, name=name: figures.a_day(name), formula=name, inputs=(name,))
    if "assets" in inputs:
        return Work(
            a_day=lambda figures, known: figures.value("assets") * figures.value("false_alarms_per_asset_month") / 30,
            formula="assets x false_alarms_per_asset_month / 30",
            inputs=("assets", "false_alarms_per_asset_month"),
        )
    if spec.problem.decision.effect == "generative":
        return Work(
            a_day=lambda figures, known: answers_a_day(spec) * known.value("audit_share"),
            formula="answers_a_day x audit_share",
            used=("audit_share",),
        )
    return None


def _people(spec: Spec, assumptions: Assumptions, work: Work) -> Quantity:
    given = spec.objective.kpi.inputs
    each = "review_minutes"

    def people(known: Assumptions) -> float:
        figures = Figures(spec, known)
        minutes = figures.value(each) / 60
        return round(full_time(work.a_day(figures, known), minutes, figures.value("hours_per_person")), 1)

    said: dict[str, int | float | str] = {name: str(given[name]) for name in (*work.inputs, each) if name in given}
    if "answers_a_day" in work.formula:
        said["answers_a_day"] = round(answers_a_day(spec))
    assumed = tuple(f"kpi_{name}" for name in (*work.inputs, each, "hours_per_person") if name not in given)
    return reckoned(
        "review",
        "people",
        "full-time people",
        f"{work.formula} x {each} / (60 x hours_per_person)",
        people,
        assumptions,
        said=said,
        used=(*work.used, *assumed),
    )
