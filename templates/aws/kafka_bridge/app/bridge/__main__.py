"""Start the bridge with what it talks to on AWS."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiobotocore.session import get_session
from botocore.config import Config

from aws_streams.streams import open_stream
from aws_telemetry.emf import LIBRARIES, EmfWriter
from bridge_core.running import Edges, forward
from service_process.heartbeat import beat
from service_process.process import run_process
from service_telemetry.json_logs import configure_logging
from service_telemetry.metrics import Metrics

from .dead_letters import SqsDeadLetters
from .settings import Settings


@asynccontextmanager
async def _edges(settings: Settings) -> AsyncGenerator[Edges]:
    config = Config(connect_timeout=2, read_timeout=5)
    async with (
        open_stream(settings.stream) as writer,
        get_session().create_client("sqs", region_name=settings.region, config=config) as queue,
    ):
        yield Edges(
            writer=writer,
            dead_letters=SqsDeadLetters(queue, settings.dead_letter_queue_url, beat),
            metrics=Metrics(EmfWriter(f"archgen/{settings.project}", settings.component)),
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
