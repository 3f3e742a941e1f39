"""Dashboards as CloudWatch takes them: first what is asked, then each part, its alarms and what to do about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Observed
from .questions import Question

COLUMNS = 24
"""Width of a CloudWatch dashboard."""
WIDGET_WIDTH, WIDGET_HEIGHT = 6, 6
HEADING_HEIGHT = 2
MAX_WIDGET_ALARMS = 100
"""What one widget of alarm states shows."""

Cell: TypeAlias = tuple[str, Mapping[str, Any]]
"""Type and properties of a widget, not yet placed."""


class ObservedPart(Observed, Protocol):
    """A component that is observed. Its URN ends in the name that the program gave it."""

    @property
    def urn(self) -> pulumi.Output[str]:
        """URN of the component."""
        ...


class _Page:
    """Widgets from the top down, none beside or below the edge."""

    def __init__(self) -> None:
        self.widgets: list[Mapping[str, Any]] = []
        self._top = 0

    def text(self, markdown: pulumi.Input[str], height: int) -> None:
        """One text over the whole width."""
        self._place(("text", {"markdown": markdown}), 0, self._top, COLUMNS, height)
        self._top += height

    def wide(self, cell: Cell, height: int) -> None:
        """One widget over the whole width."""
        self._place(cell, 0, self._top, COLUMNS, height)
        self._top += height

    def cells(self, cells: Sequence[Cell]) -> None:
        """Widgets of one size in rows."""
        per_row = COLUMNS // WIDGET_WIDTH
        for index, cell in enumerate(cells):
            left, down = index % per_row * WIDGET_WIDTH, index // per_row * WIDGET_HEIGHT
            self._place(cell, left, self._top + down, WIDGET_WIDTH, WIDGET_HEIGHT)
        self._top += -(-len(cells) // per_row) * WIDGET_HEIGHT

    def _place(self, cell: Cell, x: int, y: int, width: int, height: int) -> None:
        kind, properties = cell
        self.widgets.append({"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties})


def on_call_page(
    parts: Sequence[ObservedPart], questions: Sequence[Question], region: str
) -> Sequence[Mapping[str, Any]]:
    """What is red, the questions in order, then each part: its alarms with what each asks for, and its graphs."""
    page = _Page()
    page.text("Read from the top: the first question whose graphs are wrong, then the part that its metrics name.", 1)
    alarms = [alarm for part in parts for alarm in part.alarms]
    for start in range(0, len(alarms), MAX_WIDGET_ALARMS):
        page.wide(_states("What is red", alarms[start : start + MAX_WIDGET_ALARMS]), WIDGET_HEIGHT)
    _ask(page, questions, [metric for part in parts for metric in part.metrics], region)
    for part in parts:
        page.text(part.urn.apply(lambda urn: f"## {urn.split('::')[-1]}"), 1)
        states = [_states("Alarms", part.alarms)] if part.alarms else []
        page.cells([*states, *(_graph(metric.title, [metric], region) for metric in part.metrics)])
        if part.alarms:
            page.text(_what_to_do(part.alarms), WIDGET_HEIGHT)
    return page.widgets


def business_page(
    parts: Sequence[ObservedPart], questions: Sequence[Question], region: str
) -> Sequence[Mapping[str, Any]]:
    """The questions alone; empty where nothing answers one of them."""
    page = _Page()
    _ask(page, questions, [metric for part in parts for metric in part.metrics], region)
    return page.widgets


def _ask(page: _Page, questions: Sequence[Question], metrics: Sequence[Metric], region: str) -> None:
    for question in questions:
        answers = [metric for metric in metrics if question.asks_for(metric.namespace, metric.name)]
        if answers:
            page.text(f"## {question.title}\n{question.reading}", HEADING_HEIGHT)
            page.cells(_graphs(answers, region))


def _graphs(metrics: Sequence[Metric], region: str) -> Sequence[Cell]:
    """One graph for each metric, with a line for each part that measures it: one node among nine stands out there."""
    alike: dict[tuple[str, str, str], list[Metric]] = defaultdict(list)
    for metric in metrics:
        alike[(metric.namespace, metric.name, metric.statistic)].append(metric)
    return [
        _graph(group[0].title if len(group) == 1 else f"{name} ({statistic})", group, region)
        for (_, name, statistic), group in alike.items()
    ]


def _graph(title: str, metrics: Sequence[Metric], region: str) -> Cell:
    lines = []
    for metric in metrics:
        dimensions = [text for pair in sorted(metric.dimensions.items(), key=lambda pair: pair[0]) for text in pair]
        lines.append([metric.namespace, metric.name, *dimensions, {"label": metric.title}])
    return "metric", {
        "title": title,
        "region": region,
        "view": "timeSeries",
        "stat": metrics[0].statistic,
        "period": max(metric.period_seconds for metric in metrics),
        "metrics": lines,
    }


def _states(title: str, alarms: Sequence[aws.cloudwatch.MetricAlarm]) -> Cell:
    return "alarm", {"title": title, "alarms": [alarm.arn for alarm in alarms]}


def _what_to_do(alarms: Sequence[aws.cloudwatch.MetricAlarm]) -> pulumi.Output[str]:
    described = [alarm.alarm_description.apply(lambda text: text or "") for alarm in alarms]
    lines = [
        pulumi.Output.concat("* **", alarm.name, "**: ", text) for alarm, text in zip(alarms, described, strict=True)
    ]
    return pulumi.Output.all(*lines).apply("\n".join)
