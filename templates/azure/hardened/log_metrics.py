"""Metrics that a container writes itself, one JSON object a line, and the queries that alerts ask of them."""

from __future__ import annotations

from typing import Literal

Table = Literal["ContainerAppConsoleLogs", "ContainerLogV2"]
SOURCES: dict[Table, tuple[str, str, str]] = {
    "ContainerAppConsoleLogs": ("ContainerAppName", "ContainerGroupName", "Log"),
    "ContainerLogV2": ("ContainerName", "PodName", "LogMessage"),
}
"""Per table of the workspace: the columns that name the workload and its replica, and the one that holds the line."""


def line_query(
    table: Table, workload: str, metric: str, statistic: Literal["sum", "max", "avg", "latest"], over: float
) -> str:
    """A row exists where the metric over the window is above `over`.

    Lines that tell a metric apart `by` something repeat what the whole's line counts, and are left out. `latest` adds
    up what each replica said last: the lag of a topic is the sum over those that share it.
    """
    column, replica, text = SOURCES[table]
    value = f"todouble(line.{metric})"
    summed = (
        f"summarize arg_max(TimeGenerated, Said = {value}) by {replica} | summarize Value = sum(Said)"
        if statistic == "latest"
        else f"summarize Value = {statistic}({value})"
    )
    return (
        f'{table} | where {column} == "{workload}" | extend line = parse_json(tostring({text}))'
        f" | where isnotnull(line.{metric}) and isnull(line.by) | {summed} | where Value > {over:g}"
    )
