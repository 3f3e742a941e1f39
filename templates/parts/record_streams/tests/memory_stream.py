"""A stream in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from record_streams.streams import Record, StreamLimits

LIMITS = StreamLimits(batch_records=500, batch_bytes=5 * 1024 * 1024, record_bytes=1024 * 1024)


async def no_sleep(_: float) -> None:
    """Let the others run, without waiting."""
    await asyncio.sleep(0)


class MemoryStream:
    """Refuses as told: for each call, the indexes to refuse; then it accepts everything.

    Each write waits for `gate` where there is one, and is noted in `log`.
    """

    limits = LIMITS

    def __init__(
        self,
        refusals: Sequence[Sequence[int]] = (),
        gate: asyncio.Event | None = None,
        log: list[str] | None = None,
    ) -> None:
        self.calls: list[list[Record]] = []
        self.accepted: list[Record] = []
        self._refusals = list(refusals)
        self._gate = gate
        self._log = [] if log is None else log

    async def write(self, records: Sequence[Record]) -> Sequence[Record]:
        self.calls.append(list(records))
        if self._gate is not None:
            await self._gate.wait()
        refused = set(self._refusals.pop(0)) if self._refusals else set()
        self.accepted += [record for index, record in enumerate(records) if index not in refused]
        self._log.append(f"write {len(records)} refuse {len(refused)}")
        return [record for index, record in enumerate(records) if index in refused]
