"""The event stream that the environment names: Kinesis, or Kafka (Amazon MSK) with IAM."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from record_streams.streams import Record, StreamLimits, StreamWriter
from service_process.environment import Environment

# Amazon Kinesis Data Streams API reference, PutRecords. A topic of ours takes the same: either carries any record.
LIMITS = StreamLimits(batch_records=500, batch_bytes=5 * 1024 * 1024, record_bytes=1024 * 1024)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """`kind` is `kinesis` or `kafka`; `bootstrap` is for Kafka alone."""

    kind: str
    name: str
    bootstrap: str
    region: str

    @classmethod
    def read(cls, environment: Environment) -> StreamAddress:
        """Read `STREAM_KIND`, `STREAM_NAME`, `STREAM_BOOTSTRAP` and `AWS_REGION`."""
        kind = environment.choice("STREAM_KIND", ("kinesis", "kafka"), "kinesis")
        bootstrap = environment.text("STREAM_BOOTSTRAP")
        if kind == "kafka" and not bootstrap:
            environment.problem("STREAM_BOOTSTRAP is not set; kafka needs its brokers")
        return cls(kind, environment.required("STREAM_NAME"), bootstrap, environment.required("AWS_REGION"))


class KinesisWriter:
    """PutRecords of one stream. `client` is an aiobotocore Kinesis client."""

    limits = LIMITS

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

    limits = LIMITS

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


@asynccontextmanager
async def open_stream(address: StreamAddress) -> AsyncGenerator[StreamWriter]:
    """A writer to the stream, open while the context lasts."""
    if address.kind == "kinesis":
        from aiobotocore.session import get_session
        from botocore.config import Config

        # Retries are ours: the SDK's would hide which records of a batch were refused, and for how long.
        config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1}, max_pool_connections=16)
        async with get_session().create_client("kinesis", region_name=address.region, config=config) as client:
            yield KinesisWriter(client, address.name)
    else:
        from aiokafka import AIOKafkaProducer

        producer = AIOKafkaProducer(
            bootstrap_servers=address.bootstrap,
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            max_request_size=LIMITS.record_bytes,
            security_protocol="SASL_SSL",
            sasl_mechanism="OAUTHBEARER",
            sasl_oauth_token_provider=_msk_tokens(address.region),
            ssl_context=ssl.create_default_context(),
        )
        await producer.start()
        try:
            yield KafkaWriter(producer, address.name)
        finally:
            await producer.stop()


def _msk_tokens(region: str) -> Any:
    from aiokafka.abc import AbstractTokenProvider
    from aws_msk_iam_sasl_signer import MSKAuthTokenProvider

    class MskTokens(AbstractTokenProvider):
        async def token(self) -> str:
            # The signer may fetch the task's credentials over HTTP: off the event loop.
            token, _ = await asyncio.to_thread(MSKAuthTokenProvider.generate_auth_token, region)
            return token

    return MskTokens()
