"""Start the bridge with what it talks to on Azure."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from azure_health.health import health_server
from azure_streams.streams import open_stream
from azure_telemetry.lines import LIBRARIES, LineWriter
from azure_tokens.tokens import STORAGE_SCOPE, Tokens, container_credential
from bridge_core.running import Edges, forward
from service_process.heartbeat import beat
from service_process.process import run_process
from service_telemetry.json_logs import configure_logging
from service_telemetry.metrics import Metrics

from .dead_letters import BlobDeadLetters
from .settings import Settings

STORAGE_SECONDS = 10.0


@asynccontextmanager
async def _edges(settings: Settings) -> AsyncGenerator[Edges]:
    credential = container_credential(os.environ)
    beat()
    async with (
        health_server(),
        open_stream(settings.stream, credential) as writer,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=STORAGE_SECONDS)) as session,
    ):
        yield Edges(
            writer=writer,
            dead_letters=BlobDeadLetters(session, settings.dead_letters_url, Tokens(credential, STORAGE_SCOPE), beat),
            metrics=Metrics(LineWriter(settings.project, settings.component)),
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
