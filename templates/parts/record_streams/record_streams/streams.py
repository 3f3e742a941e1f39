"""A stream of records: batches in, the records that were not accepted out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

BACKOFF_FIRST_SECONDS = 0.1
BACKOFF_LAST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the key decides the shard or partition and so the order."""

    key: str
    data: bytes

    @property
    def size(self) -> int:
        """Bytes that count against the stream's limits: data and key."""
        return len(self.data) + len(self.key.encode())


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamLimits:
    """What one call of a stream takes: records, bytes of all of them, and bytes of one (data and key)."""

    batch_records: int
    batch_bytes: int
    record_bytes: int


class StreamWriter(Protocol):
    """Something that takes batches of records."""

    @property
    def limits(self) -> StreamLimits:
        """Limits of one call of `write`."""
        ...

    async def write(self, records: Sequence[Record]) -> Sequence[Record]:
        """Write one batch within the limits; the records that were not accepted come back, for another try.

        Raises nothing for a stream that is down or throttles: it refuses all of them.
        """
        ...


def batches(records: Iterable[Record], limits: StreamLimits) -> Iterator[list[Record]]:
    """Cut into batches within the limits of one call, in order.

    Raises:
        ValueError: a record is larger than the stream takes.
    """
    batch: list[Record] = []
    size = 0
    for record in records:
        if record.size > limits.record_bytes:
            raise ValueError(f"a record of {record.size} bytes; a stream takes {limits.record_bytes}")
        if batch and (len(batch) == limits.batch_records or size + record.size > limits.batch_bytes):
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
