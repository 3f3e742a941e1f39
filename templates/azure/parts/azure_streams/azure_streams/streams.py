"""One hub of Event Hubs, written and read over Kafka's protocol with Entra tokens.

Source: Microsoft Learn, "Azure Event Hubs for Apache Kafka" and "Recommended configurations for Apache Kafka clients".
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import AbstractTokenProvider

from azure_tokens.tokens import Credential, Tokens
from record_streams.streams import Record, StreamLimits, StreamWriter
from service_process.environment import Environment

# Event Hubs Premium takes messages of 1 MiB; Kafka's framing counts, for which the rest is left.
LIMITS = StreamLimits(batch_records=500, batch_bytes=1_000_000, record_bytes=1_000_000)
REQUEST_BYTES = 1_046_528
# Azure closes a connection that is idle for four minutes, without a word to the client.
IDLE_MS = 180_000
POLL_MS, POLL_RECORDS = 1_000, 500

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """`bootstrap` is `<namespace>.servicebus.windows.net:9093`."""

    bootstrap: str
    topic: str

    @classmethod
    def read(cls, environment: Environment) -> StreamAddress:
        """Read `STREAM_BOOTSTRAP` and `STREAM_TOPIC`."""
        return cls(environment.required("STREAM_BOOTSTRAP"), environment.required("STREAM_TOPIC"))

    @property
    def scope(self) -> str:
        """What a token for the namespace is asked for."""
        return f"https://{self.bootstrap.partition(':')[0]}/.default"


class KafkaTokens(AbstractTokenProvider):
    """Tokens for the client, which asks from the event loop."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def token(self) -> str:
        """The current token; a request for another runs off the event loop."""
        return await asyncio.to_thread(self._tokens.get)


class EventHubWriter:
    """One hub. `producer` is a started aiokafka producer with `acks="all"`."""

    limits = LIMITS

    def __init__(self, producer: Any, topic: str) -> None:
        self._producer = producer
        self._topic = topic

    async def write(self, records: Sequence[Record]) -> Sequence[Record]:
        """See `StreamWriter.write`: a record is accepted when Event Hubs has confirmed it."""
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
            log.warning("event hub refused records", extra={"facts": {"causes": causes, "records": len(refused)}})
        return [record for record, _ in refused]


@dataclass(frozen=True, slots=True)
class Read:
    """One record and its place; its `receipt` is what it is acknowledged by."""

    data: bytes
    receipt: tuple[TopicPartition, int]


class EventHubSource:
    """One hub as a member of a consumer group. `consumer` is a started aiokafka consumer without automatic commits."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    async def poll(self) -> Sequence[Read]:
        """The next records; empty after a second without any."""
        batch = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=POLL_RECORDS)
        return [
            Read(message.value or b"", (partition, message.offset))
            for partition, messages in batch.items()
            for message in messages
        ]

    async def done(self, records: Sequence[Any]) -> None:
        """Commit past these. Where that fails it is logged: they come again."""
        offsets: dict[TopicPartition, int] = {}
        for record in records:
            partition, offset = record.receipt
            offsets[partition] = max(offsets.get(partition, 0), offset + 1)
        try:
            await self._consumer.commit(offsets)
        except Exception as error:
            log.warning("commit failed", extra={"facts": {"cause": type(error).__name__}})

    def lag(self) -> float:
        """Records of the partitions assigned here that nobody has read yet."""
        behind = 0
        for partition in self._consumer.assignment():
            end, position = self._consumer.highwater(partition), self._consumer.last_stable_offset(partition)
            behind += max(0, (end or 0) - max(self._positions.get(partition, position or 0), 0))
        return behind
