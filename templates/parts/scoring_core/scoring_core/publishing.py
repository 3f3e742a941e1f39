"""Decisions to the stream, off the reply path: a bounded queue that never makes a reply wait."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from record_streams.streams import Record, StreamWriter, write_until_accepted
from service_telemetry.metrics import Metrics

CAPACITY_RECORDS = 20_000
LINGER_SECONDS = 0.05
WRITERS = 4
SHED_LOG_SECONDS = 60.0

log = logging.getLogger(__name__)


class Publisher:
    """Takes records at once and writes them in batches.

    A record that does not fit is shed, counted (`PublishShed`) and logged once a minute. A refused one is tried again
    until it is accepted (`PublishFailures` counts each refusal).

    Args:
        capacity: records that may wait, those being written included.
        linger: seconds that a batch waits for company.
        writers: batches written at once.
    """

    def __init__(
        self,
        writer: StreamWriter,
        metrics: Metrics,
        *,
        capacity: int = CAPACITY_RECORDS,
        linger: float = LINGER_SECONDS,
        writers: int = WRITERS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._writer = writer
        self._metrics = metrics
        self._capacity = capacity
        self._linger = linger
        self._number = writers
        self._sleep = sleep
        self._waiting: deque[Record] = deque()
        self._writing = 0
        self._next_report = float("-inf")
        self._draining = False
        self._work = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._tasks: list[asyncio.Task[None]] = []
        metrics.gauge("PublishQueueDepth", lambda: self.depth)
        metrics.always("PublishFailures", "PublishShed")

    @property
    def depth(self) -> int:
        """Records offered and not yet accepted by the stream."""
        return len(self._waiting) + self._writing

    def start(self) -> None:
        """Start writing."""
        self._tasks = [asyncio.create_task(self._run()) for _ in range(self._number)]

    def offer(self, record: Record) -> bool:
        """Take a record, or shed it when the queue is full; returns at once either way."""
        if self.depth >= self._capacity or record.size > self._writer.limits.record_bytes:
            self._metrics.count("PublishShed")
            self._report_shedding(record)
            return False
        self._waiting.append(record)
        self._empty.clear()
        self._work.set()
        return True

    async def drain(self, timeout: float) -> int:
        """Write what waits and stop; returns the number of records that were lost after `timeout` seconds."""
        self._draining = True
        self._work.set()
        try:
            await asyncio.wait_for(self._empty.wait(), timeout)
        except TimeoutError:
            self._metrics.count("PublishShed", self.depth)
            log.error("stopped before all was published", extra={"facts": {"lost": self.depth}})
        lost = self.depth
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return lost

    def _report_shedding(self, record: Record) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._next_report:
            log.error("publishing sheds records", extra={"facts": {"queue": self.depth, "bytes": record.size}})
            self._next_report = now + SHED_LOG_SECONDS

    async def _run(self) -> None:
        while True:
            await self._work.wait()
            if len(self._waiting) < self._writer.limits.batch_records and not self._draining:
                await self._sleep(self._linger)
            batch = self._take()
            if not batch:
                self._work.clear()
                continue
            self._writing += len(batch)
            open_records = len(batch)

            def refused(remaining: Sequence[Record]) -> None:
                nonlocal open_records
                self._metrics.count("PublishFailures", len(remaining))
                self._writing -= open_records - len(remaining)
                open_records = len(remaining)

            await write_until_accepted(self._writer, batch, refused, self._sleep)
            self._writing -= open_records
            if not self.depth:
                self._empty.set()

    def _take(self) -> list[Record]:
        limits = self._writer.limits
        batch: list[Record] = []
        size = 0
        while (
            self._waiting and len(batch) < limits.batch_records and size + self._waiting[0].size <= limits.batch_bytes
        ):
            record = self._waiting.popleft()
            size += record.size
            batch.append(record)
        return batch
