"""The worker's subscription: what is not acknowledged comes again, to this worker or another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from gcp_streams.pubsub import Message, SubscriptionReader
from velocity_core.worker import Delivered

# `RecordSource.poll`: empty after a second without any record.
QUIET_SECONDS = 1.0
FAILED_SECONDS = 2.0

log = logging.getLogger(__name__)


class SubscriptionSource:
    """See `RecordSource`."""

    def __init__(self, reader: SubscriptionReader, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._reader = reader
        self._sleep = sleep

    async def poll(self) -> Sequence[Delivered]:
        """See `RecordSource.poll`. A pull that fails is logged and is as if there were none."""
        try:
            messages = await self._reader.pull()
        except Exception as error:
            log.warning("pull failed", extra={"facts": {"cause": type(error).__name__}})
            await self._sleep(FAILED_SECONDS)
            return ()
        if not messages:
            # Pub/Sub may answer at once that there is nothing.
            await self._sleep(QUIET_SECONDS)
        return [Delivered(message.data, message) for message in messages]

    async def done(self, records: Sequence[Delivered]) -> None:
        """See `RecordSource.done`."""
        messages: list[Message] = [record.receipt for record in records]
        try:
            await self._reader.acknowledge(messages)
        except Exception as error:
            cause = type(error).__name__
            log.warning("not acknowledged", extra={"facts": {"cause": cause, "records": len(records)}})
