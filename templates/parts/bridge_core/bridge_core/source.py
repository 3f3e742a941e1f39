"""The client's Kafka topic, as the forwarder needs it."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .settings import BridgeSettings

POLL_MILLISECONDS = 1_000
POLL_RECORDS = 2_000


class OffsetsLost(Exception):
    """The offsets could not be committed: the partitions went to another member, which reads the records again."""


@dataclass(frozen=True, slots=True)
class Message:
    """One record of the source; a tombstone has an empty value."""

    topic: str
    partition: int
    offset: int
    value: bytes


class Source(Protocol):
    """Reads a topic as a member of a group."""

    async def poll(self) -> Sequence[Message]:
        """The next messages; empty after a second without any."""
        ...

    async def commit(self, messages: Sequence[Message]) -> None:
        """Mark these and all before them as done.

        Raises:
            OffsetsLost: another member has the partitions now.
        """
        ...

    def lag(self) -> int:
        """Records that lie in the assigned partitions and were not polled yet."""
        ...


class KafkaSource:
    """A topic through aiokafka; `consumer` is started and does not commit by itself."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer
        self._positions: dict[Any, int] = {}

    async def poll(self) -> Sequence[Message]:
        """See `Source.poll`."""
        polled = await self._consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=POLL_RECORDS)
        for partition, records in polled.items():
            self._positions[partition] = records[-1].offset + 1
        return [
            Message(record.topic, record.partition, record.offset, record.value or b"")
            for records in polled.values()
            for record in records
        ]

    async def commit(self, messages: Sequence[Message]) -> None:
        """See `Source.commit`."""
        from aiokafka import TopicPartition
        from aiokafka.errors import CommitFailedError, IllegalStateError

        offsets = {TopicPartition(topic, number): offset for (topic, number), offset in next_offsets(messages).items()}
        try:
            await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError) as error:
            raise OffsetsLost from error

    def lag(self) -> int:
        """See `Source.lag`."""
        total = 0
        for partition in self._consumer.assignment():
            end = self._consumer.highwater(partition)
            position = self._positions.get(partition)
            if end is not None and position is not None:
                total += max(0, end - position)
        return total


def next_offsets(messages: Sequence[Message]) -> Mapping[tuple[str, int], int]:
    """The offset to go on from, by topic and partition."""
    offsets: dict[tuple[str, int], int] = {}
    for message in messages:
        place = (message.topic, message.partition)
        offsets[place] = max(offsets.get(place, 0), message.offset + 1)
    return offsets


def kafka_consumer(settings: BridgeSettings) -> Any:
    """A consumer with SCRAM over TLS that verifies the brokers; not started."""
    from aiokafka import AIOKafkaConsumer

    return AIOKafkaConsumer(
        settings.source_topic,
        bootstrap_servers=settings.source_bootstrap,
        group_id=settings.source_group,
        security_protocol="SASL_SSL",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=settings.source_username,
        sasl_plain_password=settings.source_password,
        ssl_context=ssl.create_default_context(cadata=settings.source_ca_pem),
        enable_auto_commit=False,
        # A new group begins with what the topic still holds: a record twice is repaired downstream, a lost one is not.
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
