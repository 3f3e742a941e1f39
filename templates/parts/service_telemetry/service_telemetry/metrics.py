"""Metrics of one process: counted here, written once a minute by whatever the cloud collects them with."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

FLUSH_SECONDS = 60.0
_GROWTH = math.log(1.02)

log = logging.getLogger(__name__)


class Unit(StrEnum):
    """What a value counts."""

    COUNT = "count"
    NUMBER = "number"
    PERCENT = "percent"
    MILLISECONDS = "milliseconds"


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


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of an interval: a number, or all observations of it."""

    name: str
    unit: Unit
    value: float | Histogram


Dimensions: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One interval.

    Attributes:
        time: its end, in seconds since the epoch.
        groups: metrics by what they are told apart by, beside the component: (name, value) pairs sorted by name. Those
            of the component as a whole stand first, under ().
    """

    time: float
    groups: tuple[tuple[Dimensions, tuple[Metric, ...]], ...]


class MetricsWriter(Protocol):
    """Carries snapshots to where a cloud keeps metrics."""

    async def write(self, snapshot: Snapshot) -> None:
        """Write one interval. An error is logged and the interval given up: metrics never stop a service."""
        ...


class Metrics:
    """Collects counts and observations and has them written once per interval.

    Args:
        clock: seconds since the epoch, for the snapshots.
    """

    def __init__(self, writer: MetricsWriter, clock: Callable[[], float] = time.time) -> None:
        self._writer = writer
        self._clock = clock
        self._gauges: dict[str, Callable[[], float]] = {}
        self._percentages: dict[str, tuple[str, str]] = {}
        self._always: set[str] = set()
        self._reset()

    def always(self, *names: str) -> None:
        """Counts that are written as 0 too, so that an alarm can tell quiet from dead."""
        self._always.update(names)

    def percentage(self, name: str, part: str, whole: str) -> None:
        """A metric that is one count as a percentage of another; left out while the whole is 0."""
        self._percentages[name] = (part, whole)

    def gauge(self, name: str, read: Callable[[], float]) -> None:
        """Register a value that is read at the end of each interval."""
        self._gauges[name] = read

    def count(self, name: str, by: int = 1, **dimensions: str) -> None:
        """Add to a count; with dimensions, to the count of that combination."""
        self._counts[name, tuple(sorted(dimensions.items()))] += by

    def observe(self, name: str, milliseconds: float) -> None:
        """Take one duration in milliseconds."""
        self._histograms[name].add(milliseconds)

    def total(self, name: str) -> int:
        """The component's own count of this interval, without further dimensions."""
        return self._counts.get((name, ()), 0)

    def snapshot(self) -> Snapshot:
        """The interval so far; the next begins."""
        own: dict[str, Metric] = {name: Metric(name, Unit.COUNT, 0) for name in sorted(self._always)}
        own |= {name: Metric(name, Unit.COUNT, number) for (name, extra), number in self._counts.items() if not extra}
        own |= {name: Metric(name, Unit.NUMBER, read()) for name, read in self._gauges.items()}
        own |= {name: Metric(name, Unit.MILLISECONDS, histogram) for name, histogram in self._histograms.items()}
        for name, (part, whole) in self._percentages.items():
            if total := self.total(whole):
                own[name] = Metric(name, Unit.PERCENT, round(100 * self.total(part) / total, 4))
        groups: list[tuple[Dimensions, tuple[Metric, ...]]] = [((), tuple(own.values()))] if own else []
        for (name, extra), number in sorted(self._counts.items()):
            if extra:
                groups.append((extra, (Metric(name, Unit.COUNT, number),)))
        self._reset()
        return Snapshot(self._clock(), tuple(groups))

    async def flush(self) -> None:
        """Write the interval and start the next."""
        try:
            await self._writer.write(self.snapshot())
        except Exception as error:
            log.warning("metrics not written", extra={"facts": {"cause": type(error).__name__}})

    async def run(self) -> None:
        """Flush once per interval until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    def _reset(self) -> None:
        self._counts: defaultdict[tuple[str, Dimensions], int] = defaultdict(int)
        self._histograms: defaultdict[str, Histogram] = defaultdict(Histogram)
