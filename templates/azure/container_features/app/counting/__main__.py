"""Start the worker with what it talks to on Azure."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from azure_cache.clients import cluster_client
from azure_health.health import health_server
from azure_telemetry.lines import LIBRARIES, LineWriter
from azure_tokens.tokens import REDIS_SCOPE, CacheTokens, Tokens, container_credential
from feature_layout.layout import FeatureLayout
from service_process.heartbeat import beat
from service_process.process import run_process
from service_telemetry.json_logs import configure_logging
from service_telemetry.metrics import Metrics
from velocity_core.running import Edges, count
from velocity_core.store import ValkeyStateStore

from .settings import Settings
from .source import open_source

CALL_SECONDS, CONNECTIONS = 2.0, 64


@asynccontextmanager
async def _edges(settings: Settings) -> AsyncGenerator[Edges]:
    credential = container_credential(os.environ)
    passwords = CacheTokens(settings.principal_id, Tokens(credential, REDIS_SCOPE))
    beat()
    async with health_server(), open_source(settings.stream, settings.group, credential) as source:
        store = ValkeyStateStore(
            lambda: cluster_client(
                settings.worker.features, passwords, call_seconds=CALL_SECONDS, max_connections=CONNECTIONS
            ),
            FeatureLayout.load(),
        )
        metrics = Metrics(LineWriter(settings.project, settings.component))
        metrics.gauge("ConsumerLag", source.lag)
        try:
            yield Edges(source=source, store=store, metrics=metrics)
        finally:
            await store.close()


async def run() -> None:
    """Count until told to stop."""
    settings = Settings.from_environment(os.environ)
    configure_logging(settings.worker.log_level, LIBRARIES)
    await count(settings.worker, _edges(settings))


def main() -> int:
    """Entry point; see `run_process` for the exit status."""
    configure_logging("INFO", LIBRARIES)
    return run_process("velocity", run)


if __name__ == "__main__":
    sys.exit(main())
