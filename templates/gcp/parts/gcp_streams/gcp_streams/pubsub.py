"""Pub/Sub over its REST API: publish, pull and acknowledge.

Source: Pub/Sub API reference and quotas: 1,000 messages and 10 MB per publish request, 10 MB per message. A record's
document is escaped inside its envelope and that is base64 in the request, 2.7 times the bytes at worst.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from gcp_identity.tokens import AccessTokens
from record_streams.streams import Record, StreamLimits

LIMITS = StreamLimits(batch_records=1000, batch_bytes=3_500_000, record_bytes=3_000_000)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One pulled message: the record's own bytes, and what it is acknowledged by."""

    data: bytes
    receipt: str


class PubSub:
    """Calls of one region, so that no message leaves it.

    Args:
        url: of the service; that of the region by default.
    """

    def __init__(self, session: aiohttp.ClientSession, tokens: AccessTokens, region: str, url: str = "") -> None:
        self._session = session
        self._tokens = tokens
        self._url = url or f"https://{region}-pubsub.googleapis.com"

    async def call(self, name: str, verb: str, body: Mapping[str, Any]) -> Any:
        """One call (`publish`, `pull`, `acknowledge`) on a topic or subscription.

        Raises:
            aiohttp.ClientError, TimeoutError, OSError: it was refused, or nobody answered.
        """
        url = f"{self._url}/v1/{name}:{verb}"
        async with self._session.post(url, json=body, headers=await self._tokens.header()) as response:
            response.raise_for_status()
            return await response.json()


class TopicWriter:
    """See `StreamWriter`: a topic whose schema is the envelope."""

    limits = LIMITS

    def __init__(self, pubsub: PubSub, topic: str) -> None:
        self._pubsub = pubsub
        self._topic = topic

    async def write(self, records: Sequence[Record]) -> Sequence[Record]:
        """See `StreamWriter.write`. A request is accepted or refused as a whole."""
        messages = [{"data": _text(envelope(record.data))} for record in records]
        try:
            await self._pubsub.call(self._topic, "publish", {"messages": messages})
        except Exception as error:
            log.warning("publish refused", extra={"facts": {"cause": type(error).__name__, "records": len(records)}})
            return records
        return ()


class SubscriptionReader:
    """A subscription whose topic's schema is the envelope."""

    def __init__(self, pubsub: PubSub, subscription: str, max_messages: int = 1000) -> None:
        self._pubsub = pubsub
        self._subscription = subscription
        self._max_messages = max_messages

    async def pull(self) -> Sequence[Message]:
        """The next messages. What is not acknowledged within the subscription's deadline comes again.

        Raises:
            aiohttp.ClientError, TimeoutError, OSError: nobody answered.
        """
        answer = await self._pubsub.call(self._subscription, "pull", {"maxMessages": self._max_messages})
        return [
            Message(document(base64.b64decode(received["message"].get("data", ""))), received["ackId"])
            for received in answer.get("receivedMessages", ())
        ]

    async def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell that these are done with.

        Raises:
            aiohttp.ClientError, TimeoutError, OSError: they come again.
        """
        receipts = [message.receipt for message in messages]
        await self._pubsub.call(self._subscription, "acknowledge", {"ackIds": receipts})


def envelope(data: bytes) -> bytes:
    """The record in the envelope that the topic's schema guards.

    Raises:
        ValueError, KeyError: it is no event or decision, which nobody here publishes.
    """
    found = json.loads(data)
    return json.dumps(
        {"id": found["id"], "time": found["time"], "document": data.decode()}, separators=(",", ":")
    ).encode()


def document(data: bytes) -> bytes:
    """What is in an envelope; bytes that are none come back as they are, for the reader to refuse."""
    try:
        found = json.loads(data)["document"]
    except (ValueError, KeyError, TypeError):
        return data
    return found.encode() if isinstance(found, str) else data


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
