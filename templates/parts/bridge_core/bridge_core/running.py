"""Start, forward, and stop with every accepted record committed; a cloud gives the edges."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from card_tokens.guard import CardGuard
from record_streams.streams import StreamWriter
from service_process.heartbeat import beat
from service_process.process import stop_on_signal
from service_telemetry.metrics import Metrics

from .dead_letters import DeadLetters
from .forwarding import Forwarder
from .settings import BridgeSettings
from .source import KafkaSource, kafka_consumer

# Below the 30 s after which most platforms kill a container that was told to stop.
FINISH_SECONDS = 20.0

log = logging.getLogger("bridge")


@dataclass(frozen=True, kw_only=True, slots=True)
class Edges:
    """What the bridge talks to, beside the client's Kafka."""

    writer: StreamWriter
    dead_letters: DeadLetters
    metrics: Metrics


async def forward(settings: BridgeSettings, edges: AbstractAsyncContextManager[Edges]) -> None:
    """Forward until SIGTERM or SIGINT; then finish the turn under way, or give it up for the next member to repeat.

    Args:
        edges: entered before the source is opened, left after it is closed.
    """
    stop = stop_on_signal()
    async with edges as opened:
        consumer = kafka_consumer(settings)
        try:
            await consumer.start()
            forwarder = Forwarder(
                KafkaSource(consumer),
                opened.writer,
                opened.dead_letters,
                opened.metrics,
                partition_entity=settings.partition_entity,
                guard=CardGuard(settings.keyring),
                alive=beat,
            )
            log.info("forwarding", extra={"facts": {"group": settings.source_group}})
            await _until_stopped(forwarder, opened.metrics, stop)
        finally:
            await consumer.stop()


async def _until_stopped(forwarder: Forwarder, metrics: Metrics, stop: asyncio.Event) -> None:
    flushing = asyncio.create_task(metrics.run())
    forwarding = asyncio.create_task(forwarder.run(stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({forwarding, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not forwarding.done():
        await asyncio.wait({forwarding}, timeout=FINISH_SECONDS)
    finished = forwarding.done()
    for task in (forwarding, stopping, flushing):
        task.cancel()
    await metrics.flush()
    log.info("stopped", extra={"facts": {"turn_finished": finished}})
    if finished:
        # A loop that ended by an error ends the process, so that the platform starts another.
        forwarding.result()
