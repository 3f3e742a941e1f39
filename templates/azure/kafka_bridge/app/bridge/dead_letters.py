"""Rejected records to blobs, one each, where a person can look at them and send them again.

Source: Microsoft Learn, "Put Blob" (REST API of Azure Storage, version 2021-12-02).
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

import aiohttp

from azure_tokens.tokens import Tokens
from bridge_core.dead_letters import Rejected

VERSION = "2021-12-02"
BACKOFF_LAST_SECONDS = 10.0
AT_ONCE = 8

log = logging.getLogger(__name__)


class BlobDeadLetters:
    """Blobs below `url`, named by the record's place: one that is sent again replaces itself.

    Args:
        url: folder of a container, without a slash at its end.
        alive: called at each try, for the health check.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        tokens: Tokens,
        alive: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._url = url
        self._tokens = tokens
        self._alive = alive
        self._sleep = sleep

    async def send(self, rejected: Sequence[Rejected]) -> None:
        """See `DeadLetters.send`: what was refused is sent again, until nothing is left."""
        waiting, attempt = list(rejected), 0
        while waiting:
            self._alive()
            batch = waiting[:AT_ONCE]
            accepted = await asyncio.gather(*(self._put(record) for record in batch))
            refused = [record for record, done in zip(batch, accepted, strict=True) if not done]
            waiting = [*refused, *waiting[AT_ONCE:]]
            attempt = attempt + 1 if refused else 0
            if refused:
                await self._sleep(random.uniform(0.05, min(BACKOFF_LAST_SECONDS, 0.1 * 2 ** min(attempt, 10))))

    async def _put(self, record: Rejected) -> bool:
        try:
            token = await asyncio.to_thread(self._tokens.get)
            headers = {
                "Authorization": f"Bearer {token}",
                "x-ms-version": VERSION,
                "x-ms-blob-type": "BlockBlob",
                "x-ms-meta-reason": record.reason,
            }
            place = f"{quote(record.topic, safe='')}/{record.partition}/{record.offset}"
            async with self._session.put(f"{self._url}/{place}", data=record.payload, headers=headers) as answer:
                if answer.status == 201:
                    return True
                log.warning("dead letter refused", extra={"facts": {"status": answer.status}})
        except Exception as error:
            log.warning("dead letter refused", extra={"facts": {"cause": type(error).__name__}})
        return False
