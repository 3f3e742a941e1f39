"""Metrics as CloudWatch Embedded Metric Format: JSON lines on stdout that CloudWatch Logs turns into metrics.

Source: Amazon CloudWatch user guide, "Specification: Embedded metric format" (100 values per metric and line).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from service_telemetry.metrics import Dimensions, Histogram, Metric, Snapshot, Unit

VALUES_PER_METRIC = 100
# Loggers of the SDK, for `configure_logging`.
LIBRARIES = ("aiobotocore", "botocore")
_UNITS = {Unit.COUNT: "Count", Unit.NUMBER: "None", Unit.PERCENT: "Percent", Unit.MILLISECONDS: "Milliseconds"}


class EmfWriter:
    """See `MetricsWriter`: one line per group.

    Args:
        namespace: CloudWatch namespace, e.g. `archgen/payments-fraud`.
        component: value of the dimension `Component`, which every metric has.
        write: takes one line; stdout by default, from where the log driver collects it.
    """

    def __init__(self, namespace: str, component: str, write: Callable[[str], Any] | None = None) -> None:
        self._namespace = namespace
        self._component = component
        self._write = write or _write_line

    async def write(self, snapshot: Snapshot) -> None:
        """See `MetricsWriter.write`."""
        for dimensions, metrics in snapshot.groups:
            self._write(self._line(snapshot.time, dimensions, metrics))

    def _line(self, time: float, dimensions: Dimensions, metrics: tuple[Metric, ...]) -> str:
        directive = {
            "Namespace": self._namespace,
            "Dimensions": [["Component", *(name for name, _ in dimensions)]],
            "Metrics": [{"Name": metric.name, "Unit": _UNITS[metric.unit]} for metric in metrics],
        }
        line: dict[str, Any] = {
            "_aws": {"Timestamp": int(time * 1000), "CloudWatchMetrics": [directive]},
            "Component": self._component,
        }
        return json.dumps(line | dict(dimensions) | {metric.name: _value(metric) for metric in metrics})


def _value(metric: Metric) -> float | list[float]:
    return metric.value.quantiles(VALUES_PER_METRIC) if isinstance(metric.value, Histogram) else metric.value


def _write_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
