"""Our event stream, Kinesis or Kafka with IAM: batches in, the records that were not accepted out."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

# Amazon Kinesis Data Streams API reference, PutRecords.
BATCH_RECORDS = 500
BATCH_BYTES = 5 * 1024 * 1024
RECORD_BYTES = 1024 * 1024
BACKOFF_FIRST_SECONDS = 0.1
BACKOFF_LAST_SECONDS = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the key decides the shard or partition and so the order."""

    key: str
    data: bytes

    @property
    def size(self) -> int:
        """Bytes that count against the stream's limits: data and key."""
        return len(self.data) + len(self.key.encode())


class StreamWriter(Protocol):
    """Something that takes batches of records."""

    async def write(self, records: Sequence[Record]) -> Sequence[Record]:
        """Write one batch within the batch limits; the records that were not accepted come back, for another try."""
        ...


class KinesisWriter:
    """PutRecords of one stream. `client` is an aiobotocore Kinesis client."""

    def __init__(self, client: Any, stream: str) -> None:
        self._client = client
        self._stream = stream

    async def write(self, records: Sequence[Record]) -> Sequence[Record]:
        """See `StreamWriter.write`. A refused call refuses every record; a shard's throttle only its own."""
        try:
            answer = await self._client.put_records(
                StreamName=self._stream,
                Records=[{"Data": record.data, "PartitionKey": record.key} for record in records],
            )
        except Exception as error:
            log.warning("put-records failed", extra={"facts": {"cause": type(error).__name__}})
            return records
        if not answer["FailedRecordCount"]:
            return ()
        return [record for record, result in zip(records, answer["Records"], strict=True) if "ErrorCode" in result]


class KafkaWriter:
    """One topic. `producer` is a started aiokafka producer with `acks="all"`."""

    def __init__(self, producer: Any, topic: str) -> None:
        self._producer = producer
        self._topic = topic

    async def write(self, records: Sequence[Record]) -> Sequence[Record]:
        """See `StreamWriter.write`: a record is accepted when all in-sync replicas have it."""
        results = await asyncio.gather(
            *(self._producer.send_and_wait(self._topic, r.data, key=r.key.encode()) for r in records),
            return_exceptions=True,
        )
        refused = [
            (record, result)
            for record, result in zip(records, results, strict=True)
            if isinstance(result, BaseException)
        ]
        if refused:
            causes = sorted({type(result).__name__ for _, result in refused})
            log.warning("kafka refused records", extra={"facts": {"causes": causes, "records": len(refused)}})
        return [record for record, _ in refused]


def batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Cut into batches within the limits of one PutRecords call, in order.

    Raises:
        ValueError: a record is larger than a stream takes.
    """
    batch: list[Record] = []
    size = 0
    for record in records:
        if record.size > RECORD_BYTES:
            raise ValueError(f"a record of {record.size} bytes; a stream takes {RECORD_BYTES}")
        if batch and (len(batch) == BATCH_RECORDS or size + record.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += record.size
    if batch:
        yield batch


async def write_until_accepted(
    writer: StreamWriter,
    batch: Sequence[Record],
    on_refused: Callable[[Sequence[Record]], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Write one batch, and again those that were refused, until all are accepted.

    Waits between tries grow from 0.1 to 5 s, with full jitter, so that many tasks do not return to a throttled shard
    in step. `on_refused` hears of each refusal, with the records still open.
    """
    attempt = 0
    remaining = await writer.write(batch)
    while remaining:
        on_refused(remaining)
        ceiling = min(BACKOFF_LAST_SECONDS, BACKOFF_FIRST_SECONDS * 2**attempt)
        await sleep(random.uniform(BACKOFF_FIRST_SECONDS / 2, ceiling))
        attempt = min(attempt + 1, 10)
        remaining = await writer.write(remaining)


@asynccontextmanager
async def open_stream(kind: str, name: str, bootstrap: str, region: str) -> AsyncGenerator[StreamWriter]:
    """The stream that the environment names; `kind` is `kinesis` or `kafka`, `bootstrap` is for Kafka alone."""
    if kind == "kinesis":
        from aiobotocore.session import get_session
        from botocore.config import Config

        # Retries are ours: the SDK's would hide which records of a batch were refused, and for how long.
        config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1}, max_pool_connections=16)
        async with get_session().create_client("kinesis", region_name=region, config=config) as client:
            yield KinesisWriter(client, name)
    elif kind == "kafka":
        from aiokafka import AIOKafkaProducer

        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            max_request_size=RECORD_BYTES,
            security_protocol="SASL_SSL",
            sasl_mechanism="OAUTHBEARER",
            sasl_oauth_token_provider=_msk_tokens(region),
            ssl_context=ssl.create_default_context(),
        )
        await producer.start()
        try:
            yield KafkaWriter(producer, name)
        finally:
            await producer.stop()
    else:
        raise ValueError(f"STREAM_KIND is {kind!r}; expected kinesis or kafka")


def _msk_tokens(region: str) -> Any:
    from aiokafka.abc import AbstractTokenProvider
    from aws_msk_iam_sasl_signer import MSKAuthTokenProvider

    class MskTokens(AbstractTokenProvider):
        async def token(self) -> str:
            # The signer may fetch the task's credentials over HTTP: off the event loop.
            token, _ = await asyncio.to_thread(MSKAuthTokenProvider.generate_auth_token, region)
            return token

    return MskTokens()
