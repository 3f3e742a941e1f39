from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from scoring_for_tests import MemoryStream

from scoring.emf import Metrics
from scoring.publishing import Publisher
from scoring.streams import BATCH_BYTES, BATCH_RECORDS, RECORD_BYTES, KinesisWriter, Record, batches


def records(number: int, size: int = 10) -> list[Record]:
    return [Record(f"card-{index}", b"x" * size) for index in range(number)]


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


class Bench:
    """A publisher on a stream, with its metrics."""

    def __init__(self, stream: MemoryStream, **options: Any) -> None:
        self.lines: list[str] = []
        metrics = Metrics("archgen/test", "scoring", write=self.lines.append)
        self.metrics = metrics
        self.publisher = Publisher(stream, metrics, sleep=no_sleep, **options)

    def flushed(self) -> dict[str, Any]:
        self.metrics.flush()
        return json.loads(self.lines[0])


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
        assert max(len(call) for call in stream.calls) <= BATCH_RECORDS

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
        assert not bench.publisher.offer(Record("card", b"x" * RECORD_BYTES))
        assert bench.publisher.offer(Record("card", b"x"))
        assert await bench.publisher.drain(1.0) == 0
        assert len(stream.accepted) == 1

    asyncio.run(check())


@pytest.mark.parametrize(("number", "size"), [(1_001, 10), (30, 1_000_000), (500, 11_000), (0, 1)])
def test_batches_keep_the_limits_and_the_order(number: int, size: int) -> None:
    given = records(number, size)
    cut = list(batches(given))
    assert [record for batch in cut for record in batch] == given
    assert all(0 < len(batch) <= BATCH_RECORDS for batch in cut)
    assert all(sum(record.size for record in batch) <= BATCH_BYTES for batch in cut)


class FakeKinesis:
    """PutRecords as the API answers: one result per record, in order."""

    def __init__(self, failing: set[int], error: Exception | None = None) -> None:
        self.failing = failing
        self.error = error
        self.requests: list[dict[str, Any]] = []

    async def put_records(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        throttled = {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "slow down"}
        accepted = {"SequenceNumber": "1", "ShardId": "shardId-000000000000"}
        results = [throttled if index in self.failing else accepted for index in range(len(request["Records"]))]
        return {"FailedRecordCount": len(self.failing), "Records": results}


def test_kinesis_names_the_throttled_records() -> None:
    async def check() -> None:
        client = FakeKinesis({0, 2})
        given = records(3)
        assert await KinesisWriter(client, "decisions").write(given) == [given[0], given[2]]
        assert client.requests[0]["StreamName"] == "decisions"
        assert client.requests[0]["Records"][1] == {"Data": b"x" * 10, "PartitionKey": "card-1"}

    asyncio.run(check())


def test_a_call_that_fails_refuses_all_of_its_records() -> None:
    async def check() -> None:
        given = records(3)
        assert list(await KinesisWriter(FakeKinesis(set(), TimeoutError()), "decisions").write(given)) == given

    asyncio.run(check())
