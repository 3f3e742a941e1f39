"""Metrics as JSON lines on stdout: Container Apps and AKS collect them, and log alerts ask for their fields."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from service_telemetry.metrics import Dimensions, Histogram, Metric, Snapshot

SAMPLES = 100
PERCENTILES = (50, 99)
# Loggers of the SDK, for `configure_logging`.
LIBRARIES = ("aiokafka", "azure")


class LineWriter:
    """See `MetricsWriter`: one line per group; a group that is told apart has the field `by`.

    A duration becomes `<name>_p50` and `<name>_p99` in milliseconds.
    """

    def __init__(self, project: str, component: str, write: Callable[[str], Any] | None = None) -> None:
        self._base = {"project": project, "component": component}
        self._write = write or _write_line

    async def write(self, snapshot: Snapshot) -> None:
        """See `MetricsWriter.write`."""
        for dimensions, metrics in snapshot.groups:
            self._write(self._line(dimensions, metrics))

    def _line(self, dimensions: Dimensions, metrics: tuple[Metric, ...]) -> str:
        line: dict[str, Any] = dict(self._base)
        if dimensions:
            line["by"] = dict(dimensions)
        for metric in metrics:
            line |= _fields(metric)
        return json.dumps(line)


def _fields(metric: Metric) -> dict[str, float]:
    if not isinstance(metric.value, Histogram):
        return {metric.name: metric.value}
    ranked = metric.value.quantiles(SAMPLES)
    return {f"{metric.name}_p{rank}": ranked[rank - 1] for rank in PERCENTILES} if ranked else {}


def _write_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
