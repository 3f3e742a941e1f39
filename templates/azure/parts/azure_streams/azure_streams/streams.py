"""One hub of Event Hubs, over Kafka's protocol with Entra tokens.

Source: Microsoft Learn, "Azure Event Hubs for Apache Kafka" and "Recommended configurations for Apache Kafka clients".
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.abc import AbstractTokenProvider

from azure_tokens.tokens import Credential, Tokens
from record_streams.streams import Record, StreamLimits, StreamWriter
from service_process.environment import Environment

# Event Hubs Premium takes messages of 1 MiB; Kafka's framing counts, for which the rest is left.
LIMITS = StreamLimits(batch_records=500, batch_bytes=1_000_000, record_bytes=1_000_000)
REQUEST_BYTES = 1_046_528
# Azure closes a connection that is idle for four minutes, without a word to the client.
IDLE_MS = 180_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """`bootstrap` is `<namespace>.servicebus.windows.net:9093`."""

    bootstrap: str
    topic: str

    @classmethod
    def read(cls, environment: Environment) -> StreamAddress:
        """Read `STREAM_BOOTSTRAP` and `STREAM_TOPIC`."""
        return cls(environment.required("STREAM_BOOTSTRAP"), environment.required("STREAM_TOPIC"))

    @property
    def scope(self) -> str:
        """What a token for the namespace is asked for."""
        return f"https://{self.bootstrap.partition(':')[0]}/.default"


class KafkaTokens(AbstractTokenProvider):
    """Tokens for the client, which asks from the event loop."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def token(self) -> str:
        """The current token; a request for another runs off the event loop."""
        return await asyncio.to_thread(self._tokens.get)


class EventHubWriter:
    """One hub. `producer` is a started aiokafka producer with `acks="all"`."""

    limits = LIMITS

    def __init__(self, producer: Any, topic: str) -> None:
        self._producer = producer
        self._topic = topic

    async def write(self, records: Sequence[Record]) -> Sequence[Record]:
        """See `StreamWriter.write`: a record is accepted when Event Hubs has confirmed it."""
        results = await asyncio.gather(
            *(self._producer.send_and_wait(self._topic, r.data, key=r.key.encode()) for r in records),
            return_exceptions=True,
        )
        refused = [
            (record, result)
            for record, result in zip(records, results, strict=True)
            if isinstance(result, BaseException)
        ]
        if refused:
            causes = sorted({type(result).__name__ for _, result in refused})
            log.warning("event hub refused records", extra={"facts": {"causes": causes, "records": len(refused)}})
        return [record for record, _ in refused]


def connection_options(address: StreamAddress, credential: Credential) -> dict[str, Any]:
    """What producer and consumer have in common."""
    return {
        "bootstrap_servers": address.bootstrap,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "OAUTHBEARER",
        "sasl_oauth_token_provider": KafkaTokens(Tokens(credential, address.scope)),
        "ssl_context": ssl.create_default_context(),
        "connections_max_idle_ms": IDLE_MS,
        "metadata_max_age_ms": IDLE_MS,
    }


@asynccontextmanager
async def open_stream(address: StreamAddress, credential: Credential) -> AsyncGenerator[StreamWriter]:
    """A writer to the hub, open while the context lasts."""
    producer = AIOKafkaProducer(
        # Not idempotent: readers count an event once by its id, and not every tier takes the protocol's own numbers.
        acks="all",
        linger_ms=5,
        max_request_size=REQUEST_BYTES,
        **connection_options(address, credential),
    )
    await producer.start()
    try:
        yield EventHubWriter(producer, address.topic)
    finally:
        await producer.stop()
