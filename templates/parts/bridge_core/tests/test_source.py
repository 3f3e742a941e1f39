from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError
from bridge_for_tests import messages

from bridge_core.source import KafkaSource, Message, OffsetsLost, next_offsets

PARTITION = TopicPartition("authorisations", 0)


class FakeConsumer:
    """The calls that the source makes of an aiokafka consumer."""

    def __init__(self, error: Exception | None = None) -> None:
        self.committed: list[dict[TopicPartition, int]] = []
        self.error = error

    async def getmany(self, **_: Any) -> dict[TopicPartition, list[Any]]:
        values = [b"first", None]
        return {
            PARTITION: [
                SimpleNamespace(topic="authorisations", partition=0, offset=10 + index, value=value)
                for index, value in enumerate(values)
            ]
        }

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if self.error is not None:
            raise self.error
        self.committed.append(offsets)

    def assignment(self) -> set[TopicPartition]:
        return {PARTITION, TopicPartition("authorisations", 1)}

    def highwater(self, partition: TopicPartition) -> int | None:
        return 112 if partition == PARTITION else None


def test_a_tombstone_is_a_message_without_content() -> None:
    polled = asyncio.run(KafkaSource(FakeConsumer()).poll())
    assert polled == [Message("authorisations", 0, 10, b"first"), Message("authorisations", 0, 11, b"")]


def test_the_commit_names_the_next_offset_of_each_partition() -> None:
    consumer = FakeConsumer()
    given = [*messages(b"a", b"b", first=10), *messages(b"c", first=4, partition=1)]
    assert next_offsets(given) == {("authorisations", 0): 12, ("authorisations", 1): 5}
    asyncio.run(KafkaSource(consumer).commit(given))
    assert consumer.committed == [{PARTITION: 12, TopicPartition("authorisations", 1): 5}]


def test_a_rebalance_is_told_apart_from_other_errors() -> None:
    with pytest.raises(OffsetsLost):
        asyncio.run(KafkaSource(FakeConsumer(CommitFailedError())).commit(messages(b"a")))
    with pytest.raises(ZeroDivisionError):
        asyncio.run(KafkaSource(FakeConsumer(ZeroDivisionError())).commit(messages(b"a")))


def test_lag_counts_what_was_not_polled() -> None:
    async def check() -> None:
        source = KafkaSource(FakeConsumer())
        assert source.lag() == 0
        await source.poll()
        assert source.lag() == 100

    asyncio.run(check())
