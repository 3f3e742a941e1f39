"""One hub, read as a member of a consumer group over Kafka's protocol."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from azure_streams.streams import StreamAddress, connection_options
from azure_tokens.tokens import Credential
from velocity_core.worker import Delivered

POLL_MS, POLL_RECORDS = 1_000, 500

log = logging.getLogger(__name__)


class EventHubSource:
    """See `RecordSource`. `consumer` is a started aiokafka consumer that does not commit by itself."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer
        self._positions: dict[TopicPartition, int] = {}

    async def poll(self) -> Sequence[Delivered]:
        """See `RecordSource.poll`."""
        polled = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=POLL_RECORDS)
        for partition, messages in polled.items():
            self._positions[partition] = messages[-1].offset + 1
        return [
            Delivered(message.value or b"", (partition, message.offset))
            for partition, messages in polled.items()
            for message in messages
        ]

    async def done(self, records: Sequence[Delivered]) -> None:
        """See `RecordSource.done`."""
        offsets: dict[TopicPartition, int] = {}
        for record in records:
            partition, offset = record.receipt
            offsets[partition] = max(offsets.get(partition, 0), offset + 1)
        try:
            await self._consumer.commit(offsets)
        except Exception as error:
            log.warning("commit failed", extra={"facts": {"cause": type(error).__name__}})

    def lag(self) -> int:
        """Records that lie in the assigned partitions and were not polled yet."""
        total = 0
        for partition in self._consumer.assignment():
            end, position = self._consumer.highwater(partition), self._positions.get(partition)
            if end is not None and position is not None:
                total += max(0, end - position)
        return total


@asynccontextmanager
async def open_source(address: StreamAddress, group: str, credential: Credential) -> AsyncGenerator[EventHubSource]:
    """A member of the group, until the context ends."""
    consumer = AIOKafkaConsumer(
        address.topic,
        group_id=group,
        enable_auto_commit=False,
        # A new group begins with what the hub still holds: windows fill, and what is older counts nothing.
        auto_offset_reset="earliest",
        **connection_options(address, credential),
    )
    await consumer.start()
    try:
        yield EventHubSource(consumer)
    finally:
        await consumer.stop()
