"""Several workers over one stream: what they leave in the cache is what one counting by hand would."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from events_for_tests import payload
from fake_valkey import FakeValkey
from memory_metrics import MemoryMetrics, flushed
from valkey.asyncio.cluster import ValkeyCluster

from feature_layout.layout import FeatureLayout
from service_telemetry.metrics import Metrics
from velocity_core.store import ValkeyStateStore, decoded, encoded
from velocity_core.windows import REMEMBERED_IDS, STATE_MARGIN_SECONDS, Observation, VelocityState, observe
from velocity_core.worker import Delivered, StateChange, StoredState, Worker
from velocity_core.writer import HashUpdate, WriteFailed

LAYOUT = FeatureLayout.load()
NOW = 1_800_000_000_000


class MemorySource:
    """Gives its records in polls of a size; notes what was acknowledged."""

    def __init__(self, payloads: Sequence[bytes], size: int = 100) -> None:
        self._polls = [payloads[start : start + size] for start in range(0, len(payloads), size)]
        self.acknowledged: list[bytes] = []

    async def poll(self) -> Sequence[Delivered]:
        await asyncio.sleep(0)
        return [Delivered(data, number) for number, data in enumerate(self._polls.pop(0))] if self._polls else ()

    async def done(self, records: Sequence[Delivered]) -> None:
        self.acknowledged += [record.data for record in records]


class MemoryStore:
    """States in memory. Each call first does what it is told: raise, or let another worker in between."""

    def __init__(self, *before_save: Callable[[], Any]) -> None:
        self.states: dict[str, StoredState] = {}
        self._before_save = list(before_save)

    async def load(self, keys: Sequence[str]) -> Sequence[StoredState]:
        return [self.states.get(key, StoredState(None, 0)) for key in keys]

    async def save(self, changes: Sequence[StateChange]) -> Sequence[bool]:
        if self._before_save:
            self._before_save.pop(0)()
        return [self._replace(change) for change in changes]

    def _replace(self, change: StateChange) -> bool:
        if self.states.get(change.update.key, StoredState(None, 0)).version != change.version:
            return False
        self.states[change.update.key] = StoredState(change.state, change.version + 1)
        return True


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


def worker_of(source: MemorySource, store: Any, metrics: Metrics, beats: list[int] | None = None) -> Worker:
    return Worker(
        source,
        store,
        metrics,
        entities=("card", "merchant"),
        layout=LAYOUT,
        alive=lambda: (beats if beats is not None else []).append(1),
        sleep=no_sleep,
        clock=lambda: NOW / 1000,
    )


def with_store(use: Callable[[FakeValkey, ValkeyStateStore], Awaitable[None]], timeout: float = 1.0) -> None:
    async def run(server: FakeValkey) -> None:
        def connect() -> ValkeyCluster:
            return ValkeyCluster(host="127.0.0.1", port=server.port, decode_responses=True, socket_timeout=timeout)

        store = ValkeyStateStore(connect, LAYOUT)
        try:
            await use(server, store)
        finally:
            await store.close()

    with FakeValkey() as server:
        asyncio.run(run(server))


def test_records_become_hashes_that_readers_know() -> None:
    async def use(server: FakeValkey, store: ValkeyStateStore) -> None:
        source = MemorySource(
            [
                payload(1, NOW - 90_000, card="c1", merchant="m1"),
                payload(2, NOW - 1_000, card="c1", merchant="m1", amount="5.50"),
                payload(2, NOW - 1_000, card="c1", merchant="m1", amount="5.50"),
                b"no event",
                payload(3, NOW + 3_600_000, card="c1"),
            ],
            size=2,
        )
        metrics = Metrics(MemoryMetrics())
        worker = worker_of(source, store, metrics)
        for _ in range(3):
            await worker.turn()
        card = server.hashes["f:card:{c1}"]
        assert (card["count_1m"], card["count_5m"], card["amount_5m_EUR"]) == ("1", "2", "15.5")
        assert server.hashes["f:merchant:{m1}"]["count_60m"] == "2"
        assert server.expiries["f:card:{c1}"] == LAYOUT.time_to_live_seconds
        assert server.expiries["s:f:card:{c1}"] == LAYOUT.time_to_live_seconds + STATE_MARGIN_SECONDS
        assert len(source.acknowledged) == 5
        (own,) = flushed(metrics)
        assert (own["RecordsCounted"], own["RecordsRejected"], own["WriteFailures"]) == (3, 2, 0)

    with_store(use)


class Meeting:
    """A store whose first load waits until all workers have loaded: only one of them can then save."""

    def __init__(self, store: ValkeyStateStore, barrier: asyncio.Barrier) -> None:
        self._store = store
        self._barrier: asyncio.Barrier | None = barrier

    async def load(self, keys: Sequence[str]) -> Sequence[StoredState]:
        loaded = await self._store.load(keys)
        barrier, self._barrier = self._barrier, None
        if barrier is not None:
            await barrier.wait()
        return loaded

    async def save(self, changes: Sequence[StateChange]) -> Sequence[bool]:
        return await self._store.save(changes)


def test_workers_that_share_a_merchant_lose_no_event() -> None:
    async def use(server: FakeValkey, store: ValkeyStateStore) -> None:
        metrics = Metrics(MemoryMetrics())
        barrier = asyncio.Barrier(4)
        sources = [
            MemorySource([payload(100 * number + i, NOW, card=f"c{i}", merchant="m1") for i in range(40)], size=8)
            for number in range(4)
        ]
        stores = [Meeting(store, barrier) for _ in sources]
        workers = [worker_of(source, met, metrics) for source, met in zip(sources, stores, strict=True)]
        await asyncio.gather(*(turns(worker, 5) for worker in workers))
        assert server.hashes["f:merchant:{m1}"]["count_60m"] == "160"
        assert {server.hashes[f"f:card:{{c{i}}}"]["count_60m"] for i in range(40)} == {"4"}
        assert flushed(metrics)[0]["StateConflicts"] > 0, "the workers did meet"

    # Far beyond what it takes: a slow machine must not look like an outage of the cache.
    with_store(use, timeout=30.0)


async def turns(worker: Worker, number: int) -> None:
    for _ in range(number):
        await worker.turn()


def test_a_hash_of_unknown_content_is_emptied_before_the_first_write() -> None:
    async def use(server: FakeValkey, store: ValkeyStateStore) -> None:
        server.hashes["f:card:{c1}"] = {"amount_60m_USD": "7"}
        await worker_of(MemorySource([payload(1, NOW, card="c1")]), store, Metrics(MemoryMetrics())).turn()
        assert "amount_60m_USD" not in server.hashes["f:card:{c1}"]

    with_store(use)


def test_a_cache_that_hangs_up_is_tried_until_it_stores_and_counts_once() -> None:
    async def use(server: FakeValkey, store: ValkeyStateStore) -> None:
        refusals = ["eval"] * 2

        def hang_up(words: list[str]) -> None:
            # The second time the script has run, and only its answer is lost.
            if words[0].upper() == "EVAL" and refusals:
                refusals.pop()
                if not refusals:
                    server.answer(words)
                raise ConnectionError

        server.before_reply = hang_up
        metrics, beats = Metrics(MemoryMetrics()), []
        source = MemorySource([payload(1, NOW, card="c1")])
        await worker_of(source, store, metrics, beats).turn()
        assert server.hashes["f:card:{c1}"]["count_60m"] == "1"
        assert len(source.acknowledged) == 1
        assert len(beats) >= 2

    with_store(use)


def test_nothing_is_acknowledged_before_it_is_stored() -> None:
    async def check() -> None:
        source = MemorySource([payload(1, NOW, card="c1")])
        seen: list[int] = []

        def down() -> None:
            seen.append(len(source.acknowledged))
            raise WriteFailed from ConnectionError()

        metrics = Metrics(MemoryMetrics())
        store = MemoryStore(down, down, lambda: seen.append(len(source.acknowledged)))
        await worker_of(source, store, metrics).turn()
        assert (seen, len(source.acknowledged)) == ([0, 0, 0], 1)
        assert flushed(metrics)[0]["WriteFailures"] == 2

    asyncio.run(check())


def test_a_busy_entity_counts_once_when_an_answer_is_lost() -> None:
    async def check() -> None:
        number = REMEMBERED_IDS * 2 + 10
        source = MemorySource([payload(i, NOW, card="c1") for i in range(number)], size=number)

        class LosesAnswers(MemoryStore):
            """Stores the first changes, and the answer does not arrive."""

            lost = 0

            async def save(self, changes: Sequence[StateChange]) -> Sequence[bool]:
                saved = await super().save(changes)
                if self.lost < 2:
                    self.lost += 1
                    raise WriteFailed from TimeoutError()
                return saved

        store = LosesAnswers()
        await worker_of(source, store, Metrics(MemoryMetrics())).turn()
        state = store.states["f:card:{c1}"].state
        assert state is not None
        assert sum(count for count, _ in state.buckets["60m"].values()) == number

    asyncio.run(check())


def test_stop_finishes_the_turn_under_way() -> None:
    async def check() -> None:
        stop = asyncio.Event()
        source = MemorySource([payload(i, NOW, card="c1") for i in range(4)], size=2)
        await asyncio.wait_for(worker_of(source, MemoryStore(stop.set), Metrics(MemoryMetrics())).run(stop), 1.0)
        assert len(source.acknowledged) == 2

    asyncio.run(check())


def test_a_state_comes_back_as_it_went() -> None:
    state = VelocityState()
    for number, currency in enumerate(("EUR", "USD", "EUR")):
        state = observe(state, Observation(f"e{number}", NOW + number * 40_000, 10**15, currency), LAYOUT.windows)
    assert decoded(encoded(state)) == state


def test_an_old_version_replaces_nothing() -> None:
    async def use(server: FakeValkey, store: ValkeyStateStore) -> None:
        update = HashUpdate("f:card:{c1}", {"count_1m": "1"}, fresh=True)
        assert await store.save([StateChange(VelocityState(newest_ms=1), 0, update)]) == [True]
        stale = HashUpdate("f:card:{c1}", {"count_1m": "9"}, fresh=True)
        assert await store.save([StateChange(VelocityState(newest_ms=9), 0, stale)]) == [False]
        assert server.hashes["f:card:{c1}"] == {"count_1m": "1"}
        assert await store.load(["f:card:{c1}"]) == [StoredState(VelocityState(newest_ms=1), 1)]

    with_store(use)


@pytest.mark.parametrize("variables", [{}, {"FEATURES_ENDPOINT": "host", "ENTITIES": "card"}])
def test_the_worker_does_not_start_without_its_cache(variables: dict[str, str]) -> None:
    from service_process.environment import Environment, SettingsInvalid
    from velocity_core.running import WorkerSettings

    environment = Environment(variables)
    WorkerSettings.read(environment)
    with pytest.raises(SettingsInvalid, match="FEATURES_ENDPOINT"):
        environment.check()
