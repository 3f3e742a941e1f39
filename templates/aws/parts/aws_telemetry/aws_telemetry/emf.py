"""Metrics as CloudWatch Embedded Metric Format: JSON lines on stdout that CloudWatch Logs turns into metrics.

Source: Amazon CloudWatch user guide, "Specification: Embedded metric format" (100 values per metric and line).
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

VALUES_PER_METRIC = 100
FLUSH_SECONDS = 60.0
_GROWTH = math.log(1.02)


class Histogram:
    """Counts in buckets that grow by 2 %: percentiles within 2 % in bounded memory, however many observations."""

    def __init__(self) -> None:
        self._buckets: defaultdict[int, int] = defaultdict(int)
        self.count = 0

    def add(self, value: float) -> None:
        """Take one observation; at or below 0.001 all count alike."""
        self._buckets[math.ceil(math.log(max(value, 0.001)) / _GROWTH)] += 1
        self.count += 1

    def quantiles(self, number: int) -> list[float]:
        """`number` values at evenly spaced ranks: a sample whose percentiles are those of all observations."""
        if not self.count:
            return []
        wanted = [(rank + 0.5) / number * self.count for rank in range(number)]
        values: list[float] = []
        seen = 0
        for bucket in sorted(self._buckets):
            seen += self._buckets[bucket]
            while len(values) < number and wanted[len(values)] <= seen:
                values.append(round(math.exp(bucket * _GROWTH), 3))
        return values


class Metrics:
    """Collects counts and observations and writes them once per interval.

    Args:
        namespace: CloudWatch namespace, e.g. `archgen/payments-fraud`.
        component: value of the dimension `Component`, which every metric has.
        write: takes one line; stdout by default, from where the log driver collects it.
        clock: seconds since the epoch, for the lines' timestamps.
    """

    def __init__(
        self,
        namespace: str,
        component: str,
        *,
        write: Callable[[str], Any] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._namespace = namespace
        self._component = component
        self._write = write or _write_line
        self._clock = clock
        self._gauges: dict[str, Callable[[], float]] = {}
        self._always: set[str] = set()
        self._reset()

    def always(self, *names: str) -> None:
        """Counts that are written as 0 too, so that an alarm can tell quiet from dead."""
        self._always.update(names)

    def count(self, name: str, by: int = 1, **dimensions: str) -> None:
        """Add to a count; with dimensions, to the count of that combination."""
        self._counts[name, tuple(sorted(dimensions.items()))] += by

    def observe(self, name: str, milliseconds: float) -> None:
        """Take one duration in milliseconds."""
        self._histograms[name].add(milliseconds)

    def gauge(self, name: str, read: Callable[[], float]) -> None:
        """Register a value that is read at each flush."""
        self._gauges[name] = read

    def total(self, name: str) -> int:
        """The component's own count of this interval, without further dimensions."""
        return self._counts.get((name, ()), 0)

    def flush(self, percentages: Mapping[str, tuple[str, str]] | None = None) -> None:
        """Write the interval and start the next.

        Args:
            percentages: metric name to (part, whole), both counts; left out while the whole is 0.
        """
        values: dict[str, tuple[str, float | list[float]]] = dict.fromkeys(sorted(self._always), ("Count", 0))
        values |= {name: ("Count", number) for (name, extra), number in self._counts.items() if not extra}
        values |= {name: ("None", read()) for name, read in self._gauges.items()}
        for name, histogram in self._histograms.items():
            values[name] = ("Milliseconds", histogram.quantiles(VALUES_PER_METRIC))
        for name, (part, whole) in (percentages or {}).items():
            if total := self.total(whole):
                values[name] = ("Percent", round(100 * self.total(part) / total, 4))
        if values:
            self._emit(values, {})
        for (name, extra), number in sorted(self._counts.items()):
            if extra:
                self._emit({name: ("Count", number)}, dict(extra))
        self._reset()

    async def run(self, percentages: Mapping[str, tuple[str, str]] | None = None) -> None:
        """Flush once per interval until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            self.flush(percentages)

    def _reset(self) -> None:
        self._counts: defaultdict[tuple[str, tuple[tuple[str, str], ...]], int] = defaultdict(int)
        self._histograms: defaultdict[str, Histogram] = defaultdict(Histogram)

    def _emit(self, values: Mapping[str, tuple[str, Any]], dimensions: Mapping[str, str]) -> None:
        directive = {
            "Namespace": self._namespace,
            "Dimensions": [["Component", *dimensions]],
            "Metrics": [{"Name": name, "Unit": unit} for name, (unit, _) in values.items()],
        }
        line: dict[str, Any] = {
            "_aws": {"Timestamp": int(self._clock() * 1000), "CloudWatchMetrics": [directive]},
            "Component": self._component,
        }
        line |= dimensions
        line |= {name: value for name, (_, value) in values.items()}
        self._write(json.dumps(line))


def _write_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
