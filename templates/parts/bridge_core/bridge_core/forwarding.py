"""The loop: poll, sort, write, set aside, commit. Nothing is committed before it is durably accepted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from card_tokens.guard import CardGuard
from event_contract.events import EventInvalid
from record_streams.streams import Record, StreamWriter, batches, write_until_accepted
from service_telemetry.metrics import Metrics

from .dead_letters import DeadLetters, Rejected
from .source import Message, OffsetsLost, Source

log = logging.getLogger(__name__)


def sort_messages(
    messages: Sequence[Message], partition_entity: str, record_bytes: int, guard: CardGuard
) -> tuple[Sequence[Record], Sequence[Rejected]]:
    """Records to forward, unchanged but for a card number that became its token, and those to set aside.

    The key is the token of `partition_entity`, so that one card's events stay together; an event without it goes by
    its own id, which spreads evenly. `record_bytes` is the largest that the stream takes, key included. Of a record
    that holds a card number, or may hold one, only its place in the source is set aside.
    """
    records: list[Record] = []
    rejected: list[Rejected] = []
    for message in messages:
        try:
            passed = guard.admit(message.value)
        except EventInvalid as error:
            rejected.append(_rejected(message, guard.keeps(message.value), error.reason))
            continue
        record = Record(passed.event.entities.get(partition_entity, passed.event.id), passed.payload)
        if record.size > record_bytes:
            rejected.append(_rejected(message, passed.payload, "too-large"))
        else:
            records.append(record)
    return records, rejected


def _rejected(message: Message, kept: bytes, reason: str) -> Rejected:
    return Rejected(kept, reason, message.topic, message.partition, message.offset)


class Forwarder:
    """Moves records from the source to the stream until told to stop.

    Args:
        guard: what no card number passes.
        alive: called at each turn and each retry: the health check looks for it.
    """

    def __init__(
        self,
        source: Source,
        writer: StreamWriter,
        dead_letters: DeadLetters,
        metrics: Metrics,
        *,
        partition_entity: str,
        guard: CardGuard,
        alive: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._source = source
        self._writer = writer
        self._dead_letters = dead_letters
        self._metrics = metrics
        self._partition_entity = partition_entity
        self._guard = guard
        self._alive = alive
        self._sleep = sleep
        metrics.gauge("ConsumerLag", source.lag)
        metrics.always("RecordsForwarded", "RecordsDeadLettered", "WriteFailures", "CommitFailures")

    async def run(self, stop: asyncio.Event) -> None:
        """Forward until `stop` is set; the turn under way is finished and committed first."""
        while not stop.is_set():
            await self.turn()

    async def turn(self) -> None:
        """One poll's records, from reading to committing."""
        self._alive()
        messages = await self._source.poll()
        if not messages:
            return
        limits = self._writer.limits
        records, rejected = sort_messages(messages, self._partition_entity, limits.record_bytes, self._guard)
        await asyncio.gather(
            *(
                write_until_accepted(self._writer, batch, self._refused, self._sleep)
                for batch in batches(records, limits)
            ),
            self._set_aside(rejected),
        )
        self._metrics.count("RecordsForwarded", len(records))
        try:
            await self._source.commit(messages)
        except OffsetsLost:
            self._metrics.count("CommitFailures")
            log.warning("offsets not committed: the partitions moved; their records come again")

    def _refused(self, remaining: Sequence[Record]) -> None:
        self._alive()
        self._metrics.count("WriteFailures", len(remaining))

    async def _set_aside(self, rejected: Sequence[Rejected]) -> None:
        if not rejected:
            return
        await self._dead_letters.send(rejected)
        self._metrics.count("RecordsDeadLettered", len(rejected))
        for reason in sorted({record.reason for record in rejected}):
            number = sum(record.reason == reason for record in rejected)
            log.warning("records set aside", extra={"facts": {"reason": reason, "records": number}})
