"""Metrics that a test reads back."""

from __future__ import annotations

from typing import Any

from service_telemetry.metrics import Histogram, Metrics, Snapshot


class MemoryMetrics:
    """A writer that keeps each group as a dictionary: metrics and dimensions by name, durations as ten quantiles."""

    def __init__(self) -> None:
        self.groups: list[dict[str, Any]] = []

    async def write(self, snapshot: Snapshot) -> None:
        self.keep(snapshot)

    def keep(self, snapshot: Snapshot) -> None:
        """Add the groups of a snapshot."""
        for dimensions, metrics in snapshot.groups:
            values = {
                metric.name: metric.value.quantiles(10) if isinstance(metric.value, Histogram) else metric.value
                for metric in metrics
            }
            self.groups.append({**dict(dimensions), **values})


def flushed(metrics: Metrics) -> list[dict[str, Any]]:
    """The interval so far; the component's own group stands first."""
    memory = MemoryMetrics()
    memory.keep(metrics.snapshot())
    return memory.groups
