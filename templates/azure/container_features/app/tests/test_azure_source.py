from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition

from counting.source import EventHubSource

FIRST, SECOND = TopicPartition("events", 0), TopicPartition("events", 1)


class Consumer:
    """Two partitions with a few messages; it may refuse commits."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses = refuses
        self.committed: dict[TopicPartition, int] = {}

    async def getmany(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
        assert timeout_ms == 1_000
        return {
            FIRST: [SimpleNamespace(value=b"1", offset=7), SimpleNamespace(value=b"2", offset=8)],
            SECOND: [SimpleNamespace(value=None, offset=40)],
        }

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if self.refuses:
            raise ConnectionError
        self.committed = offsets

    def assignment(self) -> set[TopicPartition]:
        return {FIRST, SECOND}

    def highwater(self, partition: TopicPartition) -> int:
        return {FIRST: 20, SECOND: 41}[partition]


def test_what_is_done_is_committed_past_the_last_of_each_partition() -> None:
    consumer = Consumer()
    source = EventHubSource(consumer)

    async def turn() -> list[bytes]:
        records = await source.poll()
        await source.done(records)
        return [record.data for record in records]

    assert asyncio.run(turn()) == [b"1", b"2", b""]
    assert consumer.committed == {FIRST: 9, SECOND: 41}


def test_a_commit_that_fails_stops_nothing() -> None:
    source = EventHubSource(Consumer(refuses=True))

    async def turn() -> None:
        await source.done(await source.poll())

    asyncio.run(turn())


def test_lag_is_what_was_not_polled_yet() -> None:
    source = EventHubSource(Consumer())
    assert source.lag() == 0
    asyncio.run(source.poll())
    assert source.lag() == 11
