"""Batch window: does the run fit between its start and the time at which its answers are due?"""

from __future__ import annotations

from collections.abc import Mapping

from archgen.design import PRODUCTION
from archgen.pictures.arrangement import ranks
from archgen.pictures.scene import Bar, Chart, Mark
from archgen.pictures.text import spoken
from archgen.pictures.views.latency_budget import ticks
from archgen.pictures.views.parts import Subject, grouped, link

VIEW = "batch-window"
TITLE = "Batch window"
QUESTION = "Does the run fit between its start and the time at which its answers are due?"
_MINUTES = "_minutes"
"""Ending of the name of a quantity that says how long a step of the run takes."""


def unavailable(subject: Subject) -> str | None:
    """Why there is no such view."""
    if subject.design.spec.workload.batch is None:
        return "there is no batch run"
    if not _durations(subject):
        return "no step of the run is sized in minutes"
    return None


def drawn(subject: Subject) -> Chart:
    """Each step from where the steps before it end; the window's end as a mark."""
    batch = subject.design.spec.workload.batch
    assert batch is not None  # see `unavailable`
    durations = _durations(subject)
    links = [link(subject, flow, "") for flow in subject.design.topology.flows]
    rank = ranks([component.id for component in subject.design.topology.components], links)
    begins: dict[str, float] = {}
    for id in sorted(rank, key=lambda id: (rank[id], id)):
        before = [one.source for one in links if one.target == id and rank[one.source] < rank[id]]
        begins[id] = max((begins[one] + durations.get(one, 0.0) for one in before), default=0.0)
    bars = [
        Bar(id=id, title=spoken(id), start=begins[id], end=begins[id] + length, text=f"{grouped(round(length))} min")
        for id, length in sorted(durations.items(), key=lambda item: (begins[item[0]], item[0]))
    ]
    window = float(batch.window) / 60
    used = max(bar.end for bar in bars)
    end = max(window, used)
    if used < window:
        text = f"{grouped(round(window - used))} min"
        bars.append(Bar(id="reserve", title="Reserve", start=used, end=window, text=text, kind="reserve"))
    return Chart(
        view=VIEW,
        title=TITLE,
        question=QUESTION,
        unit=f"minutes after {batch.starts}",
        bars=tuple(bars),
        marks=(Mark(id="due", title=f"due at {batch.done_by} {batch.time_zone}", at=window),),
        ticks=tuple((tick, f"{tick:g}") for tick in ticks(end)),
        end=end,
        note=f"{grouped(float(batch.rows))} rows in a run, {batch.days}.",
    )


def _durations(subject: Subject) -> Mapping[str, float]:
    """Minutes by component, from the production sizes."""
    return {
        id: float(row.value)
        for id, binding in subject.design.bindings.items()
        for row in binding.sizes[PRODUCTION]
        if row.name.endswith(_MINUTES)
    }
