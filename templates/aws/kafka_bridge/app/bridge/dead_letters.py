"""Rejected records to an SQS queue, where a person can look at them and send them again."""

from __future__ import annotations

import asyncio
import base64
import logging
import random
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from bridge_core.dead_letters import Rejected

# Amazon SQS developer guide, "Message quotas": a queue takes at least 256 KiB per message and batch, attributes
# included, for which the rest is left.
MESSAGE_BYTES = 250 * 1024
BATCH_MESSAGES = 10
BACKOFF_LAST_SECONDS = 10.0
# The characters that SQS takes (SendMessage, MessageBody); others have it refuse the whole message.
_SENDABLE = re.compile(r"[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")

log = logging.getLogger(__name__)


def message_of(rejected: Rejected) -> tuple[str, dict[str, str]]:
    """Body and attributes: the payload as it is where SQS can carry it, else as `encoding` says.

    `encoding` is `text`, `base64` (bytes that are no sendable text), `empty` (the body is a dash, since SQS takes no
    empty one) or has `-truncated` added (topic, partition and offset lead to the whole).
    """
    attributes = {
        "reason": rejected.reason,
        "topic": rejected.topic,
        "partition": str(rejected.partition),
        "offset": str(rejected.offset),
    }
    if not rejected.payload:
        return "-", attributes | {"encoding": "empty"}
    try:
        text = rejected.payload.decode()
    except UnicodeDecodeError:
        text = ""
    if text and _SENDABLE.fullmatch(text) and len(rejected.payload) <= MESSAGE_BYTES:
        return text, attributes | {"encoding": "text"}
    keep = MESSAGE_BYTES // 4 * 3
    encoding = "base64" if len(rejected.payload) <= keep else "base64-truncated"
    return base64.b64encode(rejected.payload[:keep]).decode("ascii"), attributes | {"encoding": encoding}


class SqsDeadLetters:
    """An SQS queue. `client` is an aiobotocore SQS client; `alive` is called at each try, for the health check."""

    def __init__(
        self,
        client: Any,
        queue_url: str,
        alive: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._queue_url = queue_url
        self._alive = alive
        self._sleep = sleep

    async def send(self, rejected: Sequence[Rejected]) -> None:
        """See `DeadLetters.send`: only what the queue refused is sent again, until nothing is left."""
        for batch in _batches([_entry(record) for record in rejected]):
            attempt = 0
            while batch := await self._try(batch):
                await self._sleep(random.uniform(0.05, min(BACKOFF_LAST_SECONDS, 0.1 * 2**attempt)))
                attempt = min(attempt + 1, 10)

    async def _try(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self._alive()
        entries = [entry | {"Id": str(index)} for index, entry in enumerate(batch)]
        try:
            answer = await self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        except Exception as error:
            log.warning("dead letters refused", extra={"facts": {"cause": type(error).__name__}})
            return batch
        failed = {int(entry["Id"]) for entry in answer.get("Failed", ())}
        if failed:
            log.warning("dead letters refused", extra={"facts": {"messages": len(failed)}})
        return [entry for index, entry in enumerate(batch) if index in failed]


def _entry(rejected: Rejected) -> dict[str, Any]:
    body, attributes = message_of(rejected)
    typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    return {"MessageBody": body, "MessageAttributes": typed}


def _batches(entries: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for entry in entries:
        length = len(entry["MessageBody"].encode())
        if batch and (len(batch) == BATCH_MESSAGES or size + length > MESSAGE_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch
