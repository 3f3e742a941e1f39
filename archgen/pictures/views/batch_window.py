"""Batch window: does the run fit between its start and the time at which its answers are due?"""

from __future__ import annotations

from archgen.pictures.scene import Bar, Chart, Mark
from archgen.pictures.views.latency_budget import ticks
from archgen.pictures.views.parts import Subject, grouped
from archgen.sizing import Window

VIEW = "batch-window"
TITLE = "Batch window"
QUESTION = "Does the run fit between its start and the time at which its answers are due?"
_MINUTE_MS = 60_000
_STEPS = (1, 5, 10, 15, 30, 60, 120, 240, 720, 1440)
"""Minutes between ticks."""


def unavailable(subject: Subject) -> str | None:
    """Why there is no such view."""
    return None if isinstance(subject.design.latency, Window) else "there is no batch run"


def drawn(subject: Subject) -> Chart:
    """Each step from where the one before ended, and what is left of the shortest window of the year."""
    window, batch = subject.design.latency, subject.design.spec.workload.batch
    assert isinstance(window, Window) and batch is not None  # see `unavailable`
    bars, at = [], 0.0
    for number, hop in enumerate(window.hops, start=1):
        minutes = hop.p99_ms / _MINUTE_MS
        bars.append(Bar(id=f"step-{number}", title=hop.hop, start=at, end=at + minutes, text=_minutes(minutes)))
        at += minutes
    limit, nominal = window.limit_ms / _MINUTE_MS, window.nominal_ms / _MINUTE_MS
    if limit > at:
        bars.append(Bar(id="left", title="Left over", start=at, end=limit, text=_minutes(limit - at), kind="reserve"))
    marks = [Mark(id="due", title=f"due at {batch.done_by} {batch.time_zone}", at=nominal)]
    if limit < nominal:
        marks.insert(0, Mark(id="shortest", title="due in the night when clocks go forward", at=limit))
    end = max(nominal, at)
    return Chart(
        view=VIEW,
        title=TITLE,
        question=QUESTION,
        unit=f"minutes after {batch.starts}",
        bars=tuple(bars),
        marks=tuple(marks),
        ticks=tuple((tick, f"{tick:g}") for tick in ticks(end, _STEPS)),
        end=end,
        note=f"{grouped(float(batch.rows))} rows in a run, {batch.days}. The steps take {_minutes(at)}.",
    )


def _minutes(value: float) -> str:
    return f"{grouped(round(value, 1))} min"
