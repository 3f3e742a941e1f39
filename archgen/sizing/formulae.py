"""The capacity formulae that several services share. Source: pricing reference of the project, section on capacity."""

from __future__ import annotations

from math import ceil

ZONES = 3
"""Availability zones that every program spreads over."""


def one_year_of_growth(rate: float, growth: float) -> float:
    """The rate in a year, when it grows by the fraction `growth` a year."""
    return rate * (1 + growth)


def instances_over_zones(rate: float, rate_per_instance: float, safety: float) -> int:
    """Instances that carry `rate` at `safety` utilisation, still so when one of three zones is lost.

    load = ceil(rate / (rate_per_instance * safety)); spread = ceil(load / (zones - 1)) * zones.
    """
    load = _ceil(rate / (rate_per_instance * safety))
    return ceil(load / (ZONES - 1)) * ZONES


def shards(records_per_second: float, record_bytes: float, headroom: float) -> int:
    """Units of 1 MB/s or 1,000 records/s (a Kinesis shard, an Event Hubs throughput unit), with headroom."""
    units = max(_ceil(records_per_second / 1000), _ceil(records_per_second * record_bytes / 1_000_000))
    return _ceil(units * headroom)


def batch_instances(rows: float, rows_per_second: float, utilisation: float, minutes: float) -> int:
    """Instances that score `rows` within `minutes`: rows / (rows a second x utilisation x minutes x 60), rounded up.

    A target that the start of the job fills leaves a minute: the number then shows that the target is too short.
    """
    return max(1, _ceil(rows / (rows_per_second * utilisation * max(minutes, 1.0) * 60)))


def _ceil(value: float) -> int:
    # 12000 / (1500 * 0.8) is 10.000000000000002 in binary floating point: one instance too many without rounding.
    return ceil(round(value, 9))
