from __future__ import annotations

import asyncio
from typing import Any

import pytest

from aws_streams.streams import KafkaWriter, KinesisWriter, StreamAddress
from record_streams.streams import Record
from service_process.environment import Environment, SettingsInvalid


def records(number: int, size: int = 10) -> list[Record]:
    return [Record(f"card-{index}", b"x" * size) for index in range(number)]


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


class FakeProducer:
    """Sends as aiokafka does, and fails for some keys."""

    async def send_and_wait(self, topic: str, value: bytes, key: bytes) -> None:
        assert topic == "decisions"
        if key in (b"card-0", b"card-2"):
            raise TimeoutError


def test_kafka_names_the_records_that_no_replica_confirmed() -> None:
    given = records(3)
    assert asyncio.run(KafkaWriter(FakeProducer(), "decisions").write(given)) == [given[0], given[2]]


def test_the_address_of_a_stream() -> None:
    variables = {"AWS_REGION": "eu-west-1", "STREAM_NAME": "events"}
    assert StreamAddress.read(Environment(variables)) == StreamAddress("kinesis", "events", "", "eu-west-1")
    environment = Environment(variables | {"STREAM_KIND": "kafka"})
    StreamAddress.read(environment)
    with pytest.raises(SettingsInvalid, match="STREAM_BOOTSTRAP is not set; kafka needs its brokers"):
        environment.check()
