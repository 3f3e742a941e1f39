"""Start the bridge with what it talks to on Google Cloud."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from bridge_core.running import Edges, forward
from gcp_identity.tokens import AccessTokens
from gcp_streams.pubsub import PubSub, TopicWriter
from gcp_telemetry.monitoring import LIBRARIES, MonitoringWriter
from service_process.heartbeat import beat
from service_process.process import run_process
from service_telemetry.json_logs import configure_logging
from service_telemetry.metrics import Metrics

from .dead_letters import TopicDeadLetters
from .settings import Settings

CALL_SECONDS = 10.0


@asynccontextmanager
async def _edges(settings: Settings) -> AsyncGenerator[Edges]:
    tokens = AccessTokens()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS)) as session:
        pubsub = PubSub(session, tokens, settings.region)
        writer = MonitoringWriter(
            session,
            tokens,
            project=settings.cloud_project,
            location=settings.region,
            namespace=settings.project,
            component=settings.component,
            prefix=settings.metric_prefix,
        )
        yield Edges(
            writer=TopicWriter(pubsub, settings.stream_topic),
            dead_letters=TopicDeadLetters(pubsub, settings.dead_letter_topic, beat),
            metrics=Metrics(writer),
        )


async def run() -> None:
    """Forward until told to stop."""
    settings = Settings.from_environment(os.environ)
    configure_logging(settings.bridge.log_level, LIBRARIES)
    await forward(settings.bridge, _edges(settings))


def main() -> int:
    """Entry point; see `run_process` for the exit status."""
    configure_logging("INFO", LIBRARIES)
    return run_process("bridge", run)


if __name__ == "__main__":
    sys.exit(main())
