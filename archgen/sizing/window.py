"""The time budget of a batch: extraction, features, forecast and write-back between its start and its deadline.

What the latency of a request is to an online system, the window is to a batch; its steps are `Hop`s, in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from archgen.knowledge import Assumptions
from archgen.sizing.latency import Hop
from archgen.spec import Spec
from archgen.spec.workload import Batch

_MINUTE_MS = 60_000
_MEGABYTE = 1_000_000
_CURATION_WORKERS = 3
_BYTES_PER_DAY = 60
"""Size of one day of a series, as the sizing of curation has it."""
_YEAR = 2027
"""The year whose nights are looked at for changes of the clock. Any would do: a zone rarely changes its rules."""

ASSUMPTIONS = (
    "batch_job_start_min",
    "curation_gigabytes_per_worker_hour",
    "forecast_target_min",
    "odata_connections",
    "odata_megabytes_per_second",
    "series_history_days",
    "write_back_rows_per_second",
)
"""What the budget rests on; a spec can override each by its id."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """The steps of a run against the time that it has.

    `limit_ms` is the shortest window of a year: in the night in which clocks go forward an hour is missing.
    """

    hops: tuple[Hop, ...]
    limit_ms: float
    nominal_ms: float

    @property
    def total_ms(self) -> float:
        """The smallest window that can be promised, the reserve for one repeated step in it."""
        return sum(hop.p99_ms for hop in self.hops)

    @property
    def reserve_ms(self) -> float:
        """What is left beyond the reserve; negative: infeasible."""
        return self.limit_ms - self.total_ms


def batch_window(spec: Spec, assumptions: Assumptions) -> Window:
    """The window of a batch workload. Raises `ValueError` for a spec without a batch.

    Sources are read side by side, so the largest delivery decides; each step pays for the start of its job. The reserve
    is the longest step once more: what one failure late in the night costs.
    """
    batch = spec.workload.batch
    if batch is None:
        raise ValueError("a window needs workload.batch")
    start = assumptions.value("batch_job_start_min")
    sizes = [float(source.size or 0) for source in spec.sources]
    steps = [
        Hop(
            hop="Extraction of the largest delivery",
            p99_ms=_minutes(start + _transfer_min(max(sizes), _extraction_rate(assumptions))),
        ),
        Hop(
            hop="Quality gate and features",
            p99_ms=_minutes(
                start + _transfer_min(sum(sizes) + _history_bytes(spec, assumptions), _curation_rate(assumptions))
            ),
        ),
        Hop(hop="Forecast of all rows", p99_ms=_minutes(assumptions.value("forecast_target_min"))),
    ]
    if any(consumer.pattern == "batch" for consumer in spec.consumers):
        rows_per_minute = assumptions.value("write_back_rows_per_second") * 60
        steps.append(
            Hop(hop="Write-back to the consumer", p99_ms=_minutes(start + float(batch.rows) / rows_per_minute))
        )
    longest = max(steps, key=lambda hop: hop.p99_ms)
    steps.append(Hop(hop="Reserve: the longest step once more", p99_ms=longest.p99_ms))
    return Window(
        hops=tuple(steps),
        limit_ms=_minutes(shortest_window_min(batch)),
        nominal_ms=_minutes(float(batch.window) / 60),
    )


def _extraction_rate(assumptions: Assumptions) -> float:
    """Megabytes a second of the slowest kind of source, an OData service in pages."""
    return assumptions.value("odata_connections") * assumptions.value("odata_megabytes_per_second")


def _curation_rate(assumptions: Assumptions) -> float:
    """Megabytes a second that curation works through with the fewest workers that it has."""
    return _CURATION_WORKERS * assumptions.value("curation_gigabytes_per_worker_hour") * 1000 / 3600


def _history_bytes(spec: Spec, assumptions: Assumptions) -> float:
    """What is made anew every night: the days of all series; nothing where no series are told."""
    labels = spec.problem.labels
    series = float(labels.series) if labels and labels.series else 0.0
    return series * assumptions.value("series_history_days") * _BYTES_PER_DAY


def shortest_window_min(batch: Batch) -> float:
    """Minutes that really pass between start and deadline, in the run of a year that has fewest of them.

    A deadline at or before the start is one of the next day.
    """
    return min(_elapsed_min(batch, day) for day in _days_of(_YEAR) if _runs_on(batch, day))


def runs_skipped(hour: int, minute: int, time_zone: str) -> bool:
    """Whether clocks of the zone jump over this time of day once a year: whatever is scheduled then does not happen."""
    zone = ZoneInfo(time_zone)
    for day in _days_of(_YEAR):
        said = datetime(day.year, day.month, day.day, hour, minute)
        real = said.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).astimezone(zone)
        if real.replace(tzinfo=None) != said:
            return True
    return False


def _elapsed_min(batch: Batch, day: date) -> float:
    zone, utc = ZoneInfo(batch.time_zone), ZoneInfo("UTC")
    midnight = datetime(day.year, day.month, day.day)
    starts = midnight + timedelta(minutes=batch.starts.minutes)
    ends = starts + timedelta(minutes=batch.starts.minutes_until(batch.done_by))
    # Arithmetic on aware datetimes counts the clock face; only in UTC does the difference count what passes.
    passed = ends.replace(tzinfo=zone).astimezone(utc) - starts.replace(tzinfo=zone).astimezone(utc)
    return passed.total_seconds() / 60


def _runs_on(batch: Batch, day: date) -> bool:
    return batch.days != "weekdays" or day.weekday() < 5


def _days_of(year: int) -> tuple[date, ...]:
    first = date(year, 1, 1)
    return tuple(first + timedelta(days=n) for n in range(365))


def _transfer_min(size: float, megabytes_per_second: float) -> float:
    return size / _MEGABYTE / megabytes_per_second / 60


def _minutes(minutes: float) -> float:
    # A tenth of a second is beyond what any of these is known to.
    return float(round(minutes * _MINUTE_MS, -2))
