"""Metrics that a container writes itself, one JSON object a line, and the queries that alerts ask of them."""

from __future__ import annotations

from typing import Literal

import pulumi

from ..contracts import Platform
from .monitoring import log_alert, monitor

Table = Literal["ContainerAppConsoleLogs", "ContainerLogV2"]
SOURCES: dict[str, tuple[str, str]] = {
    "ContainerAppConsoleLogs": ("ContainerAppName", "Log"),
    "ContainerLogV2": ("ContainerName", "LogMessage"),
}
"""Per table of the workspace: the column that names the workload, and the one that holds the line."""


def line_query(table: Table, workload: str, metric: str, statistic: Literal["sum", "max", "avg"], over: float) -> str:
    """Rows exist where the metric's statistic over the window is above `over`."""
    column, text = SOURCES[table]
    return (
        f'{table} | where {column} == "{workload}" | extend line = parse_json(tostring({text}))'
        f" | where isnotnull(line.{metric}) | summarize Value = {statistic}(todouble(line.{metric}))"
        f" | where Value > {over:g}"
    )


def own_alert(
    name: str,
    query: str,
    description: str,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    window: str = "PT5M",
    fires_when_empty: bool = False,
) -> monitor.ScheduledQueryRule:
    """A log alert on a metric of the workload itself."""
    return log_alert(
        name, query, description, platform, parent, window=window, fires_when_empty=fires_when_empty
    )
