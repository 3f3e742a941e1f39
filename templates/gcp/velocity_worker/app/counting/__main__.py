"""Start the worker with what it talks to on Google Cloud."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from feature_layout.layout import FeatureLayout
from gcp_cache.clients import cluster_client
from gcp_identity.tokens import AccessTokens, CacheLogin
from gcp_streams.pubsub import PubSub, SubscriptionReader
from gcp_telemetry.monitoring import LIBRARIES, MonitoringWriter
from service_process.process import run_process
from service_telemetry.json_logs import configure_logging
from service_telemetry.metrics import Metrics
from velocity_core.running import Edges, count
from velocity_core.store import CALL_SECONDS, ValkeyStateStore

from .settings import Settings
from .source import SubscriptionSource

# A pull may wait for messages; the API ends it by itself well before.
PULL_SECONDS = 30.0
CONNECTIONS = 64


@asynccontextmanager
async def _edges(settings: Settings) -> AsyncGenerator[Edges]:
    tokens = AccessTokens()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PULL_SECONDS)) as session:
        store = ValkeyStateStore(
            lambda: cluster_client(
                settings.worker.features,
                settings.features_ca_pem,
                CacheLogin(tokens),
                call_seconds=CALL_SECONDS,
                max_connections=CONNECTIONS,
            ),
            FeatureLayout.load(),
        )
        writer = MonitoringWriter(
            session,
            tokens,
            project=settings.cloud_project,
            location=settings.region,
            namespace=settings.project,
            component=settings.component,
            prefix=settings.metric_prefix,
        )
        pubsub = PubSub(session, tokens, settings.region)
        try:
            yield Edges(
                source=SubscriptionSource(SubscriptionReader(pubsub, settings.subscription)),
                store=store,
                metrics=Metrics(writer),
            )
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
