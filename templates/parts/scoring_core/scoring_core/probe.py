"""The event of a probe: of nobody, so that a decision on it can be asked for at any time and means nothing.

It is made here and never taken from a request: a caller who could mark an event of its own as a test would get a
decision that nobody ever sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from event_contract.events import Event, read_event

NOBODY = "probe"
"""The token of each entity; no keyring makes one without a key id."""


def probe_event(entities: Sequence[str], now: float) -> Event:
    """A probe at `now` (seconds since the epoch) with each of the entities that features are read for."""
    return read_event(
        {
            "id": NOBODY,
            "time": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds"),
            "amount": {"value": "1.00", "currency": "EUR"},
            "entities": dict.fromkeys(entities or ("card",), NOBODY),
        }
    )
