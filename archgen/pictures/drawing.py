"""From a design to the sheets of its views: which views apply, how many there are, what stands above each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from archgen import __version__
from archgen.design import Design
from archgen.errors import Problem, WrongUse
from archgen.pictures.chart import chart_page
from archgen.pictures.layout import laid_out
from archgen.pictures.merging import merged
from archgen.pictures.page import PAGES, Imprint, page
from archgen.pictures.scene import Chart, Scene
from archgen.pictures.sheet import Sheet
from archgen.pictures.style import Style
from archgen.pictures.text import drawable
from archgen.pictures.views import VIEWS, Subject
from archgen.pictures.views.parts import grouped
from archgen.program.wiring import Program

STATUS = "Draft for review"
_CHROME = 1.27
"""How much wider than the page the space for the picture is: title, table and legend take from its height."""


def unavailable(design: Design, program: Program) -> Mapping[str, str]:
    """The views that do not apply to a design, each with the reason."""
    subject = Subject(design=design, program=program)
    reasons = {view.VIEW: view.unavailable(subject) for view in VIEWS}
    return {view: reason for view, reason in reasons.items() if reason is not None}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One view: what it shows, and the page on which it has its place."""

    shown: Scene | Chart
    sheet: Sheet
    style: Style


def drawn(
    design: Design, program: Program, *, views: Iterable[str] | None = None, paper: str = "a3"
) -> Mapping[str, Drawn]:
    """Every view that applies, or of those named.

    Raises `WrongUse` for a view or paper that does not exist, and for a named view that does not apply.
    """
    subject = Subject(design=design, program=program)
    absent = unavailable(design, program)
    applying = [view for view in VIEWS if view.VIEW not in absent]
    wanted = _wanted(views, absent, [view.VIEW for view in applying])
    if paper not in PAGES:
        raise WrongUse(
            Problem(id="unknown-paper", message=f"no paper is called '{paper}'", expected=" or ".join(PAGES))
        )
    made = {}
    for number, view in enumerate(applying, start=1):
        if view.VIEW in wanted:
            imprint = _imprint(subject, view.TITLE, number, len(applying))
            shown = view.drawn(subject)
            if isinstance(shown, Scene):
                layout = laid_out(merged(shown), PAGES[paper] * _CHROME)
                sheet = page(layout, subject.style, imprint, PAGES[paper])
            else:
                sheet = chart_page(shown, subject.style, imprint, PAGES[paper])
            made[view.VIEW] = Drawn(shown=shown, sheet=sheet, style=subject.style)
    return made


def _wanted(views: Iterable[str] | None, absent: Mapping[str, str], applying: list[str]) -> frozenset[str]:
    if views is None:
        return frozenset(applying)
    named = tuple(views)
    problems = []
    for view in named:
        if view in absent:
            problems.append(Problem(id="view-unavailable", message=f"there is no view '{view}': {absent[view]}"))
        elif view not in applying:
            problems.append(
                Problem(id="unknown-view", message=f"no view is called '{view}'", expected=", ".join(applying))
            )
    if problems:
        raise WrongUse(*problems)
    return frozenset(named)


def _imprint(subject: Subject, view: str, number: int, count: int) -> Imprint:
    spec, design = subject.design.spec, subject.design
    return Imprint(
        title=f"{subject.title()} · {view}",
        subtitle=" · ".join(_figures(subject)),
        client=drawable(spec.owner.team) if spec.owner else "–",
        status=STATUS,
        number=number,
        count=count,
        spec_hash=design.spec_hash[:12],
        version=f"archgen {__version__}",
        place=f"{design.cloud.title} · {design.region.name}",
    )


def _figures(subject: Subject) -> list[str]:
    """What the business asked for, in a line."""
    spec = subject.design.spec
    workload = spec.workload
    said = []
    if workload.traffic is not None:
        said.append(f"{grouped(float(workload.traffic.peak))} requests/s")
    if workload.latency is not None and workload.latency.p99 is not None:
        said.append(f"p99 {workload.latency.p99}")
    if workload.latency is not None and workload.latency.first_token_p95 is not None:
        said.append(f"first token p95 {workload.latency.first_token_p95}")
    if workload.batch is not None:
        said.append(f"{grouped(float(workload.batch.rows))} rows by {workload.batch.done_by}")
    said.append(f"{workload.availability} available")
    said += [framework.upper() for framework in sorted(spec.governance.frameworks)]
    return [drawable(part) for part in said]
