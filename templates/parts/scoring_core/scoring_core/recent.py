"""Idempotency: the same event gets the same decision, while this task remembers it.

Honest limits: the memory is this task's own. A repeat that the load balancer sends to another task, or that comes after
the window or after a restart, is decided anew; consumers of the stream find such a pair by its event id.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from event_contract.events import Event

from .decisions import Decision

WINDOW_SECONDS = 600.0
CAPACITY = 100_000


class EventConflict(Exception):
    """An event id came again with other content."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A decision that is made or being made."""

    fingerprint: bytes
    since: float
    decision: asyncio.Future[Decision]


class RecentDecisions:
    """Least recently started decisions leave first, by age and by number."""

    def __init__(
        self,
        window_seconds: float = WINDOW_SECONDS,
        capacity: int = CAPACITY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._window = window_seconds
        self._capacity = capacity
        self._clock = clock
        self._entries: OrderedDict[str, Remembered] = OrderedDict()

    def find(self, event: Event) -> asyncio.Future[Decision] | None:
        """The decision on this event, or None where it is new.

        Raises:
            EventConflict: the id is known with other content.
        """
        self._forget_old()
        entry = self._entries.get(event.id)
        if entry is None:
            return None
        if entry.fingerprint != _fingerprint(event):
            raise EventConflict(event.id)
        return entry.decision

    def start(self, event: Event) -> asyncio.Future[Decision]:
        """Remember that this event is being decided; the caller sets the future's result."""
        future: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()
        self._entries[event.id] = Remembered(_fingerprint(event), self._clock(), future)
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)
        return future

    def forget(self, event: Event) -> None:
        """Drop an event whose deciding failed, so that a repeat is decided."""
        self._entries.pop(event.id, None)

    def _forget_old(self) -> None:
        horizon = self._clock() - self._window
        while self._entries and next(iter(self._entries.values())).since < horizon:
            self._entries.popitem(last=False)


def _fingerprint(event: Event) -> bytes:
    canonical = json.dumps(event.document, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=16).digest()
