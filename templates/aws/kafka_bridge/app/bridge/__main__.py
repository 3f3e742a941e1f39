"""Start, forward, and stop with every accepted record committed."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import AsyncExitStack

from aiobotocore.session import get_session
from botocore.config import Config

from .dead_letters import SqsDeadLetters
from .emf import Metrics
from .forwarding import Forwarder
from .health import beat
from .json_logs import configure_logging
from .settings import Settings, SettingsInvalid
from .source import KafkaSource, kafka_consumer
from .streams import open_stream

# Below the 30 s after which ECS kills a task that was told to stop.
FINISH_SECONDS = 20.0

log = logging.getLogger("bridge")


async def run(settings: Settings) -> None:
    """Forward until SIGTERM or SIGINT; then finish the turn under way, or give it up for the next member to repeat."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    metrics = Metrics(f"archgen/{settings.project}", settings.component)
    async with AsyncExitStack() as stack:
        writer = await stack.enter_async_context(
            open_stream(settings.stream_kind, settings.stream_name, settings.stream_bootstrap, settings.region)
        )
        queue = await stack.enter_async_context(
            get_session().create_client(
                "sqs", region_name=settings.region, config=Config(connect_timeout=2, read_timeout=5)
            )
        )
        consumer = kafka_consumer(settings)
        stack.push_async_callback(consumer.stop)
        await consumer.start()
        forwarder = Forwarder(
            KafkaSource(consumer),
            writer,
            SqsDeadLetters(queue, settings.dead_letter_queue_url, beat),
            metrics,
            partition_entity=settings.partition_entity,
            alive=beat,
        )
        flushing = asyncio.create_task(metrics.run())
        forwarding = asyncio.create_task(forwarder.run(stop))
        stopping = asyncio.create_task(stop.wait())
        log.info("forwarding", extra={"facts": {"group": settings.source_group}})
        await asyncio.wait({forwarding, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not forwarding.done():
            await asyncio.wait({forwarding}, timeout=FINISH_SECONDS)
        finished = forwarding.done()
        for task in (forwarding, stopping, flushing):
            task.cancel()
        metrics.flush()
        log.info("stopped", extra={"facts": {"turn_finished": finished}})
        if finished:
            # A loop that ended by an error ends the process, so that ECS starts another.
            forwarding.result()


def main() -> int:
    """Entry point; 2 when the environment is wrong, 1 when the source or the stream cannot be opened."""
    configure_logging("INFO")
    try:
        settings = Settings.from_environment(os.environ)
        configure_logging(settings.log_level)
        asyncio.run(run(settings))
    except SettingsInvalid as error:
        log.error("cannot start: %s", error)
        return 2
    except Exception:
        log.error("stopped by an error", exc_info=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
