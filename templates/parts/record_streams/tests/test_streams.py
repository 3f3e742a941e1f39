from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from memory_stream import LIMITS, MemoryStream

from record_streams.streams import BACKOFF_LAST_SECONDS, Record, batches, write_until_accepted


def records(number: int, size: int = 10) -> list[Record]:
    return [Record(f"card-{index}", b"x" * size) for index in range(number)]


@pytest.mark.parametrize(("number", "size"), [(1_001, 10), (30, 1_000_000), (500, 11_000), (0, 1)])
def test_batches_keep_the_limits_and_the_order(number: int, size: int) -> None:
    given = records(number, size)
    cut = list(batches(given, LIMITS))
    assert [record for batch in cut for record in batch] == given
    assert all(0 < len(batch) <= LIMITS.batch_records for batch in cut)
    assert all(sum(record.size for record in batch) <= LIMITS.batch_bytes for batch in cut)


def test_a_record_that_no_stream_takes_is_not_cut_in_silence() -> None:
    with pytest.raises(ValueError, match=f"a stream takes {LIMITS.record_bytes}"):
        list(batches([Record("card", b"x" * LIMITS.record_bytes)], LIMITS))


def test_waits_grow_to_their_ceiling_and_no_further() -> None:
    waits: list[float] = []
    heard: list[int] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    def refused(remaining: Sequence[Record]) -> None:
        heard.append(len(remaining))

    stream = MemoryStream(refusals=[[0]] * 40)
    asyncio.run(write_until_accepted(stream, records(2), refused, sleep))
    assert (len(stream.accepted), heard) == (2, [1] * 40)
    assert max(waits[:2]) < 0.5 < max(waits) <= BACKOFF_LAST_SECONDS
