"""Metrics as time series of Cloud Monitoring.

Source: Cloud Monitoring API reference, `projects.timeSeries.create` (200 series per call), and the descriptors that the
infrastructure declares: counts are cumulative, durations a distribution over one interval.
"""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import aiohttp

from gcp_identity.tokens import AccessTokens
from service_telemetry.metrics import Dimensions, Histogram, Metric, Snapshot, Unit

URL = "https://monitoring.googleapis.com/v3"
SERIES_PER_CALL = 200
# As many values as a distribution is drawn from: its percentiles are those of all observations within 2 %.
VALUES_PER_DISTRIBUTION = 1000
# Loggers of the libraries, for `configure_logging`.
LIBRARIES = ("aiohttp",)
GROWTH, FIRST_BOUND_MS, BUCKETS = 1.1, 0.1, 130


class MonitoringWriter:
    """See `MetricsWriter`: one series for each metric, told apart from other tasks' by `task`.

    Args:
        project: where the series are kept.
        location: region that the task runs in.
        namespace: project and stack.
        prefix: words between `custom.googleapis.com/` and a metric's name.
        clock: seconds since the epoch: when counting began.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: AccessTokens,
        *,
        project: str,
        location: str,
        namespace: str,
        component: str,
        prefix: str,
        task: str | None = None,
        url: str = URL,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._url = f"{url}/projects/{project}/timeSeries"
        self._prefix = prefix
        self._resource = {
            "type": "generic_task",
            "labels": {
                "project_id": project,
                "location": location,
                "namespace": namespace,
                "job": component,
                "task_id": task or f"{socket.gethostname()}-{os.getpid()}-{time.time_ns()}",
            },
        }
        self._began = clock()
        self._totals: dict[tuple[str, Dimensions], int] = {}

    async def write(self, snapshot: Snapshot) -> None:
        """See `MetricsWriter.write`.

        Raises:
            aiohttp.ClientError: Monitoring refused a call; counts keep what it did not take.
        """
        series = [
            self._series(snapshot.time, dimensions, metric)
            for dimensions, metrics in snapshot.groups
            for metric in metrics
            if not isinstance(metric.value, Histogram) or metric.value.count
        ]
        for start in range(0, len(series), SERIES_PER_CALL):
            body = {"timeSeries": series[start : start + SERIES_PER_CALL]}
            async with self._session.post(self._url, json=body, headers=await self._tokens.header()) as response:
                response.raise_for_status()

    def _series(self, now: float, dimensions: Dimensions, metric: Metric) -> dict[str, Any]:
        # One type has one set of labels: what is also told apart is a metric of its own.
        name = snake(metric.name) + ("_by_" + "_".join(snake(key) for key, _ in dimensions) if dimensions else "")
        interval = {"endTime": _time(now)}
        if metric.unit is Unit.COUNT:
            total = self._totals.get((metric.name, dimensions), 0) + int(metric.value)  # type: ignore[arg-type]
            self._totals[metric.name, dimensions] = total
            # Cumulative: an interval that was not taken is in the next one.
            interval["startTime"] = _time(self._began)
            kind, value_type, value = "CUMULATIVE", "INT64", {"int64Value": str(total)}
        elif isinstance(metric.value, Histogram):
            kind, value_type, value = "GAUGE", "DISTRIBUTION", {"distributionValue": distribution(metric.value)}
        else:
            kind, value_type, value = "GAUGE", "DOUBLE", {"doubleValue": float(metric.value)}
        return {
            "metric": {
                "type": f"custom.googleapis.com/{self._prefix}/{name}",
                "labels": {snake(key): text for key, text in dimensions},
            },
            "resource": self._resource,
            "metricKind": kind,
            "valueType": value_type,
            "points": [{"interval": interval, "value": value}],
        }


def snake(name: str) -> str:
    """`RecordsForwarded` -> `records_forwarded`, as the infrastructure declares it."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def distribution(histogram: Histogram) -> dict[str, Any]:
    """A distribution whose percentiles are the histogram's; its count is that of the values it was drawn from."""
    values = histogram.quantiles(min(histogram.count, VALUES_PER_DISTRIBUTION))
    mean = sum(values) / len(values)
    return {
        "count": str(len(values)),
        "mean": mean,
        "sumOfSquaredDeviation": sum((value - mean) ** 2 for value in values),
        "bucketOptions": {
            "exponentialBuckets": {"numFiniteBuckets": BUCKETS, "growthFactor": GROWTH, "scale": FIRST_BOUND_MS}
        },
        "bucketCounts": [str(number) for number in _counts(values)],
    }


def _counts(values: list[float]) -> Iterator[int]:
    """How many values lie below the first bound, between each two, and above the last."""
    bounds = [FIRST_BOUND_MS * GROWTH**index for index in range(BUCKETS + 1)]
    found = [sum(value >= bound for bound in bounds) for value in values]
    return (found.count(place) for place in range(BUCKETS + 2))


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
