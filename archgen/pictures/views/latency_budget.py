"""Latency budget: where does the time of one request go, and what is left?"""

from __future__ import annotations

from collections.abc import Sequence

from archgen.pictures.scene import Bar, Chart, Mark
from archgen.pictures.views.parts import Subject
from archgen.sizing import LatencyBudget

VIEW = "latency-budget"
TITLE = "Latency budget"
QUESTION = "Where does the time of one request go, and what is left?"
STEPS = tuple(factor * 10.0**power for power in range(6) for factor in (1, 2, 5))
"""Distances between ticks that people count in."""


def unavailable(subject: Subject) -> str | None:
    """Why there is no such view."""
    return None if isinstance(subject.design.latency, LatencyBudget) else "no p99 limits the answer to a request"


def drawn(subject: Subject) -> Chart:
    """Each hop from where the one before ended; then the reserve up to the limit."""
    budget = subject.design.latency
    assert isinstance(budget, LatencyBudget)  # see `unavailable`
    bars, at = [], 0.0
    for number, hop in enumerate(budget.hops, start=1):
        bars.append(Bar(id=f"hop-{number}", title=hop.hop, start=at, end=at + hop.p99_ms, text=f"{hop.p99_ms:g} ms"))
        at += hop.p99_ms
    if budget.reserve_ms > 0:
        text = f"{budget.reserve_ms:g} ms"
        bars.append(Bar(id="reserve", title="Reserve", start=at, end=budget.limit_ms, text=text, kind="reserve"))
    marks = [Mark(id="limit", title=f"limit (p99) {budget.limit_ms:g} ms", at=budget.limit_ms)]
    if budget.fallback_after_ms < budget.limit_ms:
        after = budget.fallback_after_ms
        marks.insert(0, Mark(id="fallback", title=f"rules alone decide after {after:g} ms", at=after))
    return Chart(
        view=VIEW,
        title=TITLE,
        question=QUESTION,
        unit="ms",
        bars=tuple(bars),
        marks=tuple(marks),
        ticks=tuple((tick, f"{tick:g}") for tick in ticks(budget.limit_ms)),
        end=budget.limit_ms,
        note=f"The hops take {budget.total_ms:g} ms: the smallest p99 that can be promised.",
    )


def ticks(end: float, steps: Sequence[float] = STEPS) -> tuple[float, ...]:
    """Values from 0 to `end` in the smallest of `steps` that makes ten intervals at most."""
    step = next((one for one in steps if end / one <= 10), max(steps))
    return tuple(step * n for n in range(int(end / step) + 1))
