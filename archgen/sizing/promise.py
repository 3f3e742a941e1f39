"""What a promise of availability leaves: minutes of a month online, late runs of a year in a batch."""

from __future__ import annotations

from archgen.knowledge import Assumptions
from archgen.sizing.arrivals import runs_a_month
from archgen.sizing.quantity import Quantity, reckoned
from archgen.sizing.site import answered_on_site
from archgen.spec import Spec

MONTH_MIN = 43_200
"""Minutes of a month of 30 days."""


def error_budget_minutes(availability: float) -> float:
    """Minutes of a month of 30 days that may fail: (1 - availability) x 43,200."""
    return (1 - availability) * MONTH_MIN


def late_runs_a_year(availability: float, runs_a_month: float) -> float:
    """Runs of a year that may miss their deadline: (1 - availability) x runs a month x 365 / 30."""
    return (1 - availability) * runs_a_month * 365 / 30


def availability_in_line(each: float, services: int) -> float:
    """Availability of services that all have to answer: each to the power of their number. Four at 99.99 %: 99.96 %."""
    return each**services


def services_in_line(spec: Spec, assumptions: Assumptions) -> int:
    """Services of a region that an online answer passes: entry, service, model, and what is looked up; else 0."""
    latency = spec.workload.latency
    if spec.workload.mode != "online" or latency is None or answered_on_site(spec, assumptions):
        return 0
    looked_up = spec.features.online or spec.problem.task == "question-answering"
    return 3 + looked_up


def promise_quantities(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """The error budget, and how many releases that go wrong it can take."""
    promised = float(spec.workload.availability)
    said: dict[str, int | float | str] = {"availability": promised}
    if spec.workload.mode == "batch":
        runs = runs_a_month(spec)
        return (
            reckoned(
                "service",
                "late_runs_a_year",
                "runs that may be late",
                "(1 - availability) x runs a month x 365 / 30",
                lambda known: round(late_runs_a_year(promised, runs), 2),
                assumptions,
                said=said | {"runs_a_month": runs},
            ),
        )
    budget = error_budget_minutes(promised)
    return (
        *_in_line(spec, assumptions),
        reckoned(
            "service",
            "error_budget_minutes",
            "min of a month of 30 days",
            "(1 - availability) x 43,200",
            lambda known: round(budget, 2),
            assumptions,
            said=said,
        ),
        reckoned(
            "service",
            "bad_releases_a_month",
            "releases that may go wrong",
            "error_budget_minutes / (canary_share x rollback_min): a bad version reaches the canary alone, until it is"
            " taken back",
            lambda known: round(budget / (known.value("canary_share") * known.value("rollback_min")), 1),
            assumptions,
            said=said,
            used=("canary_share", "rollback_min"),
        ),
    )


def _in_line(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    services = services_in_line(spec, assumptions)
    if services == 0:
        return ()
    return (
        reckoned(
            "service",
            "availability_in_line_percent",
            "% that the services of an answer promise together",
            "100 x region_availability ^ services: all have to answer; a fallback takes those out that it replaces",
            lambda known: round(100 * availability_in_line(known.value("region_availability"), services), 4),
            assumptions,
            said={"services": services},
            used=("region_availability",),
        ),
    )
