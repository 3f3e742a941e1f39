from __future__ import annotations

import asyncio
from typing import Any

import pytest
from memory_metrics import MemoryMetrics, flushed
from memory_stream import LIMITS, MemoryStream, no_sleep

from record_streams.streams import Record
from scoring_core.publishing import Publisher
from service_telemetry.metrics import Metrics


def records(number: int, size: int = 10) -> list[Record]:
    return [Record(f"card-{index}", b"x" * size) for index in range(number)]


class Bench:
    """A publisher on a stream, with its metrics."""

    def __init__(self, stream: MemoryStream, **options: Any) -> None:
        self.metrics = Metrics(MemoryMetrics())
        self.publisher = Publisher(stream, self.metrics, sleep=no_sleep, **options)

    def flushed(self) -> dict[str, Any]:
        return flushed(self.metrics)[0]


def test_only_the_refused_records_are_sent_again() -> None:
    async def check() -> None:
        stream = MemoryStream(refusals=[[1, 3], [0]])
        bench = Bench(stream, writers=1)
        for record in records(5):
            bench.publisher.offer(record)
        bench.publisher.start()
        assert await bench.publisher.drain(1.0) == 0
        assert [[r.key for r in call] for call in stream.calls[1:]] == [["card-1", "card-3"], ["card-1"]]
        assert sorted(r.key for r in stream.accepted) == [f"card-{index}" for index in range(5)]
        assert bench.flushed()["PublishFailures"] == 3

    asyncio.run(check())


def test_a_full_queue_sheds_counts_and_never_waits() -> None:
    async def check() -> None:
        bench = Bench(MemoryStream(gate=asyncio.Event()), capacity=3, writers=1)
        assert [bench.publisher.offer(record) for record in records(5)] == [True, True, True, False, False]
        line = bench.flushed()
        assert (line["PublishShed"], line["PublishQueueDepth"]) == (2, 3)

    asyncio.run(check())


def test_what_is_being_written_counts_against_the_capacity() -> None:
    async def check() -> None:
        bench = Bench(MemoryStream(gate=asyncio.Event()), capacity=3, writers=1)
        bench.publisher.start()
        for record in records(3):
            bench.publisher.offer(record)
        for _ in range(10):
            await asyncio.sleep(0)
        assert not bench.publisher.offer(records(1)[0])

    asyncio.run(check())


def test_shedding_is_logged_once_a_minute_without_the_record(caplog: pytest.LogCaptureFixture) -> None:
    async def check() -> None:
        bench = Bench(MemoryStream(), capacity=0)
        for record in records(50):
            bench.publisher.offer(record)

    asyncio.run(check())
    assert len(caplog.records) == 1
    assert "card-" not in caplog.text


def test_drain_writes_everything_that_waits() -> None:
    async def check() -> None:
        stream = MemoryStream()
        bench = Bench(stream)
        bench.publisher.start()
        for record in records(1_234):
            bench.publisher.offer(record)
        assert await bench.publisher.drain(5.0) == 0
        assert len(stream.accepted) == 1_234
        assert max(len(call) for call in stream.calls) <= LIMITS.batch_records

    asyncio.run(check())


def test_drain_gives_up_in_time_and_says_what_was_lost() -> None:
    async def check() -> None:
        bench = Bench(MemoryStream(gate=asyncio.Event()))
        bench.publisher.start()
        for record in records(7):
            bench.publisher.offer(record)
        assert await bench.publisher.drain(0.05) == 7
        assert bench.flushed()["PublishShed"] == 7

    asyncio.run(check())


def test_a_record_too_large_for_the_stream_does_not_hold_up_the_others() -> None:
    async def check() -> None:
        stream = MemoryStream()
        bench = Bench(stream)
        bench.publisher.start()
        assert not bench.publisher.offer(Record("card", b"x" * LIMITS.record_bytes))
        assert bench.publisher.offer(Record("card", b"x"))
        assert await bench.publisher.drain(1.0) == 0
        assert len(stream.accepted) == 1

    asyncio.run(check())
