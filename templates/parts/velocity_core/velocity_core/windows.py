"""The arithmetic of sliding windows, without any engine: state in, state out.

Each window is cut into 60 buckets, so that the state of one entity is bounded however busy it is; a window is exact to
1/60 of its length. Time is the events' own: the windows end at the newest event seen, so the order of arrival does not
matter as long as an event is not older than the window itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

BUCKETS = 60
# Repeats come from retries, and those come soon: so many ids of an entity are remembered.
REMEMBERED_IDS = 128
# The state outlives the hash that it writes, so that no currency is forgotten whose field the cache still holds.
STATE_MARGIN_SECONDS = 600
_SCALE = Decimal(10_000)

Bucket: TypeAlias = tuple[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Observation:
    """One event of one entity. `time_ms` since the epoch; `amount` in ten-thousandths of `currency`."""

    event_id: str
    time_ms: int
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class VelocityState:
    """What is remembered of one entity.

    Attributes:
        newest_ms: time of the newest event.
        buckets: by window, then by bucket number: events, and amounts by currency.
        currencies: all that were ever written for the entity, so that one that has left the windows is set to 0.
        recent_ids: the last ids, oldest first.
    """

    newest_ms: int = 0
    buckets: Mapping[str, Mapping[int, Bucket]] = field(default_factory=dict)
    currencies: tuple[str, ...] = ()
    recent_ids: tuple[str, ...] = ()


def scaled(amount: Decimal) -> int:
    """An amount in ten-thousandths, the finest that an event can carry."""
    return int(amount * _SCALE)


def observe(state: VelocityState, seen: Observation, windows: Mapping[str, int]) -> VelocityState:
    """The state after one more event; the same state where the event is a repeat.

    Args:
        windows: window name to its length in seconds.
    """
    if seen.event_id in state.recent_ids:
        return state
    newest = max(state.newest_ms, seen.time_ms)
    return VelocityState(
        newest_ms=newest,
        buckets={
            window: _add(state.buckets.get(window, {}), seen, newest, seconds) for window, seconds in windows.items()
        },
        currencies=tuple(sorted({*state.currencies, seen.currency})),
        recent_ids=(*state.recent_ids, seen.event_id)[-REMEMBERED_IDS:],
    )


def totals(state: VelocityState, window: str) -> tuple[int, Mapping[str, Decimal]]:
    """Events and amounts by currency in one window, as of the newest event."""
    count = 0
    amounts = dict.fromkeys(state.currencies, 0)
    for events, sums in state.buckets.get(window, {}).values():
        count += events
        for currency, amount in sums.items():
            amounts[currency] += amount
    return count, {currency: Decimal(amount) / _SCALE for currency, amount in amounts.items()}


def width_ms(seconds: int) -> int:
    """Length of one bucket of a window of so many seconds, in milliseconds."""
    return seconds * 1000 // BUCKETS


def _add(buckets: Mapping[int, Bucket], seen: Observation, newest_ms: int, seconds: int) -> Mapping[int, Bucket]:
    width = width_ms(seconds)
    oldest = newest_ms // width - BUCKETS
    kept = {number: bucket for number, bucket in buckets.items() if number > oldest}
    number = seen.time_ms // width
    if number > oldest:
        events, sums = kept.get(number, (0, {}))
        kept[number] = (events + 1, {**sums, seen.currency: sums.get(seen.currency, 0) + seen.amount})
    return kept
