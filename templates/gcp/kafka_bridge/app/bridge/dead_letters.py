"""Rejected records to a topic of their own, where a person can look at them and send them again."""

from __future__ import annotations

import asyncio
import base64
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from bridge_core.dead_letters import Rejected
from gcp_streams.pubsub import PubSub

# Pub/Sub quotas: 10 MB per message and per request, in which the payload is base64.
PAYLOAD_BYTES = 7_000_000
REQUEST_BYTES = 7_000_000
REQUEST_MESSAGES = 1000
BACKOFF_LAST_SECONDS = 10.0

log = logging.getLogger(__name__)


def message_of(rejected: Rejected) -> Mapping[str, Any]:
    """The payload as it was, and where it came from and why as attributes; a larger one is cut off and says so."""
    attributes = {
        "reason": rejected.reason,
        "topic": rejected.topic,
        "partition": str(rejected.partition),
        "offset": str(rejected.offset),
    }
    if len(rejected.payload) > PAYLOAD_BYTES:
        attributes["truncated"] = "true"
    return {"data": base64.b64encode(rejected.payload[:PAYLOAD_BYTES]).decode("ascii"), "attributes": attributes}


class TopicDeadLetters:
    """A topic without a schema. `alive` is called at each try, for the health check."""

    def __init__(
        self,
        pubsub: PubSub,
        topic: str,
        alive: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pubsub = pubsub
        self._topic = topic
        self._alive = alive
        self._sleep = sleep

    async def send(self, rejected: Sequence[Rejected]) -> None:
        """See `DeadLetters.send`: each request again until it is accepted."""
        for batch in _batches(rejected):
            body = {"messages": [message_of(record) for record in batch]}
            attempt = 0
            while not await self._try(body):
                await self._sleep(random.uniform(0.05, min(BACKOFF_LAST_SECONDS, 0.1 * 2**attempt)))
                attempt = min(attempt + 1, 10)

    async def _try(self, body: Mapping[str, Any]) -> bool:
        self._alive()
        try:
            await self._pubsub.call(self._topic, "publish", body)
        except Exception as error:
            log.warning("dead letters refused", extra={"facts": {"cause": type(error).__name__}})
            return False
        return True


def _batches(rejected: Sequence[Rejected]) -> Iterator[list[Rejected]]:
    batch: list[Rejected] = []
    size = 0
    for record in rejected:
        length = min(len(record.payload), PAYLOAD_BYTES)
        if batch and (len(batch) == REQUEST_MESSAGES or size + length > REQUEST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += length
    if batch:
        yield batch
