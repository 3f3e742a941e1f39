"""How many answers a spec asks for: in a month, in a day, and in the second that capacity is planned for."""

from __future__ import annotations

from archgen.knowledge import Assumptions
from archgen.sizing.formulae import one_year_of_growth
from archgen.sizing.window import shortest_window_min
from archgen.spec import Spec

_RUNS_A_MONTH = {"daily": 30.0, "weekdays": 22.0, "weekly": 30 / 7, "monthly": 1.0}
_DAY = 86_400


def runs_a_month(spec: Spec) -> float:
    """Runs of a batch in a month of 30 days; 0 without one."""
    return _RUNS_A_MONTH[spec.workload.batch.days] if spec.workload.batch else 0.0


def answers_a_month(spec: Spec) -> float:
    """Answers of a month of 30 days: rows of all runs, or the average rate (the peak where none is stated)."""
    workload = spec.workload
    if workload.batch:
        return float(workload.batch.rows) * runs_a_month(spec)
    if workload.traffic:
        return float(workload.traffic.average or workload.traffic.peak) * 30 * _DAY
    return 0.0


def answers_a_day(spec: Spec) -> float:
    """Answers of a day, as the month has them on average."""
    return answers_a_month(spec) / 30


def planned_rate(spec: Spec, assumptions: Assumptions) -> float:
    """Answers a second that capacity is planned for.

    Online the peak in a year; in a batch all rows within the shortest window of a year, the start of its job left out.
    """
    workload = spec.workload
    if workload.batch:
        seconds = (shortest_window_min(workload.batch) - assumptions.value("batch_job_start_min")) * 60
        return float(workload.batch.rows) / max(seconds, 60.0)
    if workload.traffic:
        return one_year_of_growth(float(workload.traffic.peak), float(workload.traffic.growth))
    return 0.0


def planned_rate_of(spec: Spec) -> tuple[str, dict[str, float | str], tuple[str, ...]]:
    """The formula of `planned_rate` in words, what the spec states of it, and the assumptions that it uses."""
    workload = spec.workload
    if workload.batch:
        said: dict[str, float | str] = {
            "rows": float(workload.batch.rows),
            "window_min": shortest_window_min(workload.batch),
        }
        return "rows / ((window_min - batch_job_start_min) x 60)", said, ("batch_job_start_min",)
    if workload.traffic:
        traffic = workload.traffic
        return "peak x (1 + growth)", {"peak": float(traffic.peak), "growth": float(traffic.growth)}, ()
    return "no load stated", {}, ()
