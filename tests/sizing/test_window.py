"""A batch has a window as a request has a latency: its steps fit in the shortest night of a year, or it is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archgen.design import plan
from archgen.errors import NotFeasible
from archgen.knowledge import assumptions
from archgen.sizing import Window, batch_window, runs_skipped
from archgen.sizing.window import shortest_window_min
from archgen.spec.workload import Batch
from tests.specs import changed, spec

CASE = "demand-forecasting"
MINUTE = 60_000


def batch(starts: str, done_by: str, time_zone: str = "Europe/Berlin", days: str = "daily") -> Batch:
    return Batch.model_validate(
        {"rows": 1000, "starts": starts, "done_by": done_by, "time_zone": time_zone, "days": days}
    )


def window(*replacements: tuple[str, str]) -> Window:
    found = plan(changed(CASE, *replacements)).latency
    assert isinstance(found, Window)
    return found


def test_the_window_of_the_forecasting_case() -> None:
    budget = window()
    minutes = [round(hop.p99_ms / MINUTE) for hop in budget.hops]
    # 6 GB at 12 MB/s and 7 GB at 20 MB/s, 5 min of start each; 2.4 million rows at 1,000/s; the longest once more.
    assert minutes == [13, 11, 30, 45, 45]
    assert budget.hops[-1].p99_ms == max(hop.p99_ms for hop in budget.hops[:-1])
    # Four hours, and three of them in the night in which clocks go forward.
    assert (budget.nominal_ms, budget.limit_ms) == (240 * MINUTE, 180 * MINUTE)


def test_a_window_that_is_too_short_is_refused_with_the_smallest_that_would_do() -> None:
    with pytest.raises(NotFeasible) as refused:
        plan(changed(CASE, ('done_by: "05:00"', 'done_by: "03:00"')))
    (problem,) = refused.value.problems
    assert problem.id == "window-infeasible" and problem.path == "workload.batch.done_by"
    assert "60 min less in the night in which clocks go forward" in problem.message
    # 144.2 minutes of steps, and the hour that the spring night lacks.
    assert "at least 205 min" in str(problem.expected)
    assert window(('done_by: "05:00"', 'done_by: "04:25"')).reserve_ms >= 0


def test_a_measured_rate_replaces_the_assumption() -> None:
    faster = window(("budget:", "assumptions: {write_back_rows_per_second: 4000}\nbudget:"))
    assert faster.total_ms < window().total_ms


def test_without_a_consumer_that_is_written_to_there_is_no_write_back() -> None:
    steps = [hop.hop for hop in window(("pattern: batch, by", "pattern: file, by")).hops]
    assert not [step for step in steps if "Write-back" in step]


def test_more_rows_and_more_data_never_take_less_time() -> None:
    assert window(("rows: 2.4M", "rows: 3M")).total_ms > window().total_ms
    assert window(("size: 6 GB", "size: 8 GB")).total_ms > window().total_ms


@pytest.mark.parametrize(
    ("starts", "done_by", "zone", "minutes"),
    [
        ("01:00", "05:00", "Europe/Berlin", 180),
        ("01:00", "05:00", "UTC", 240),
        ("01:00", "05:00", "Asia/Kolkata", 240),
        ("22:00", "04:00", "Europe/Berlin", 300),
        ("22:00", "01:30", "Europe/Berlin", 210),
        ("03:30", "05:00", "Europe/Berlin", 90),
        ("01:00", "05:00", "Australia/Sydney", 180),
    ],
)
def test_what_really_passes_between_start_and_deadline(starts: str, done_by: str, zone: str, minutes: int) -> None:
    assert shortest_window_min(batch(starts, done_by, zone)) == minutes


def test_a_run_on_working_days_is_never_in_the_night_of_the_change() -> None:
    assert shortest_window_min(batch("01:00", "05:00", days="weekdays")) == 240


@given(st.integers(0, 1439), st.integers(1, 1439))
def test_no_window_is_longer_than_its_clock_face_and_none_is_negative(starts: int, length: int) -> None:
    ends = (starts + length) % 1440
    said = batch(f"{starts // 60:02d}:{starts % 60:02d}", f"{ends // 60:02d}:{ends % 60:02d}")
    assert length - 60 <= shortest_window_min(said) <= length


def test_only_the_hour_of_the_change_is_skipped() -> None:
    assert runs_skipped(2, 0, "Europe/Berlin") and runs_skipped(2, 59, "Europe/Berlin")
    assert not runs_skipped(1, 59, "Europe/Berlin") and not runs_skipped(3, 0, "Europe/Berlin")
    assert not runs_skipped(2, 30, "UTC")


def test_an_online_workload_has_no_window() -> None:
    with pytest.raises(ValueError, match=r"workload\.batch"):
        batch_window(spec("fraud-slice"), assumptions())
