"""Counting without a stream engine: records in, states and hashes out, by as many workers as the load needs.

A merchant's events come to every worker, so no worker owns an entity: the state lies in the cache, and is replaced only
where nobody else has replaced it meanwhile. A record is acknowledged when the states that it changes are stored. One
that comes again counts once while its entity's last ids are remembered (`windows.REMEMBERED_IDS`). No event is too
late: the windows take any order, and what is older than a window changes no count.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from event_contract.events import EventInvalid
from feature_layout.layout import FeatureLayout
from service_telemetry.metrics import Metrics

from .fields import hash_fields
from .parsing import observations_of
from .windows import REMEMBERED_IDS, Observation, VelocityState, observe
from .writer import HashUpdate, WriteFailed

BACKOFF_FIRST_SECONDS = 0.01
BACKOFF_LAST_SECONDS = 1.0

log = logging.getLogger(__name__)

# What is not stored yet, by the key of the entity's hash.
Waiting: TypeAlias = dict[str, list[Observation]]


@dataclass(frozen=True, slots=True)
class Delivered:
    """One record of the stream, and whatever its source acknowledges it by."""

    data: bytes
    receipt: Any


class RecordSource(Protocol):
    """Reads a stream as one of several workers."""

    async def poll(self) -> Sequence[Delivered]:
        """The next records; empty after a second without any."""
        ...

    async def done(self, records: Sequence[Delivered]) -> None:
        """Acknowledge these. Where that fails it is logged: they come again, and count once."""
        ...


@dataclass(frozen=True, slots=True)
class StoredState:
    """What is kept of an entity: None and version 0 where nothing is."""

    state: VelocityState | None
    version: int


@dataclass(frozen=True, slots=True)
class StateChange:
    """A new state and the hash that follows from it; valid while the stored version is still `version`."""

    state: VelocityState
    version: int
    update: HashUpdate


class StateStore(Protocol):
    """Keeps states beside their hashes."""

    async def load(self, keys: Sequence[str]) -> Sequence[StoredState]:
        """The states of these hashes, in order.

        Raises:
            WriteFailed: to be tried again.
        """
        ...

    async def save(self, changes: Sequence[StateChange]) -> Sequence[bool]:
        """Store state and hash together; False for each whose version was no longer the stored one.

        Raises:
            WriteFailed: some may be stored; trying all of them again is safe.
        """
        ...


class Worker:
    """Counts records until told to stop.

    Args:
        entities: kinds of entity to count.
        alive: called at each turn and each retry: the health check looks for it.
        clock: seconds since the epoch, to tell events from the future.
    """

    def __init__(
        self,
        source: RecordSource,
        store: StateStore,
        metrics: Metrics,
        *,
        entities: tuple[str, ...],
        layout: FeatureLayout,
        alive: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._source = source
        self._store = store
        self._metrics = metrics
        self._entities = entities
        self._layout = layout
        self._alive = alive
        self._sleep = sleep
        self._clock = clock
        metrics.always("RecordsCounted", "RecordsRejected", "StateConflicts", "WriteFailures")

    async def run(self, stop: asyncio.Event) -> None:
        """Count until `stop` is set; the turn under way is finished and acknowledged first."""
        while not stop.is_set():
            await self.turn()

    async def turn(self) -> None:
        """One poll's records, from reading to acknowledging."""
        self._alive()
        records = await self._source.poll()
        if not records:
            return
        await self._store_all(self._observed(records))
        await self._source.done(records)

    def _observed(self, records: Sequence[Delivered]) -> Waiting:
        now_ms = int(self._clock() * 1000)
        waiting: Waiting = {}
        for record in records:
            try:
                seen = observations_of(record.data, self._entities, now_ms)
            except EventInvalid:
                # Not set aside: the dead letters are the bridge's.
                self._metrics.count("RecordsRejected")
                continue
            self._metrics.count("RecordsCounted")
            for entity in seen:
                waiting.setdefault(self._layout.key(entity.entity, entity.token), []).append(entity.observation)
        return waiting

    async def _store_all(self, waiting: Waiting) -> None:
        attempt = 0
        while waiting:
            try:
                conflicts = await self._try(waiting)
            except WriteFailed as error:
                self._metrics.count("WriteFailures")
                log.warning("%d hashes wait for the cache: %s", len(waiting), type(error.__cause__).__name__)
                conflicts = len(waiting)
            else:
                self._metrics.count("StateConflicts", conflicts)
            self._alive()
            if conflicts:
                # Full jitter: workers that met over an entity must not meet again in step.
                await self._sleep(random.uniform(0, min(BACKOFF_LAST_SECONDS, BACKOFF_FIRST_SECONDS * 2**attempt)))
                attempt = min(attempt + 1, 10)

    async def _try(self, waiting: Waiting) -> int:
        """One try for every entity; what is stored leaves `waiting`. Gives the number of conflicts."""
        keys = list(waiting)
        changes: list[StateChange] = []
        for key, stored in zip(keys, await self._store.load(keys), strict=True):
            change = self._change(key, stored, waiting[key][:REMEMBERED_IDS])
            if change is None:
                _drop(waiting, key)
            else:
                changes.append(change)
        saved = await self._store.save(changes)
        for change, done in zip(changes, saved, strict=True):
            if done:
                _drop(waiting, change.update.key)
        return sum(not done for done in saved)

    def _change(self, key: str, stored: StoredState, seen: Sequence[Observation]) -> StateChange | None:
        before = stored.state or VelocityState()
        after = before
        for observation in seen:
            after = observe(after, observation, self._layout.windows)
        if after is before:
            return None
        update = HashUpdate(key, hash_fields(after, self._layout), fresh=stored.state is None)
        return StateChange(after, stored.version, update)


def _drop(waiting: Waiting, key: str) -> None:
    # No more at once than ids are remembered: a try whose answer is lost is repeated, and must find all of its own ids.
    del waiting[key][:REMEMBERED_IDS]
    if not waiting[key]:
        del waiting[key]
