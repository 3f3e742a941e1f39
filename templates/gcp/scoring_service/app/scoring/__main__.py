"""Start the service with what it talks to on Google Cloud."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from gcp_cache.clients import cluster_client
from gcp_identity.tokens import AccessTokens, CacheLogin
from gcp_streams.pubsub import PubSub, TopicWriter
from gcp_telemetry.monitoring import LIBRARIES, MonitoringWriter
from scoring_core.features import READ_SECONDS, FeatureSource, NoFeatures, ValkeyFeatures
from scoring_core.running import Edges, StopSeconds, serve
from service_process.process import run_process
from service_telemetry.json_logs import configure_logging
from service_telemetry.metrics import Metrics

from .model import VertexModel, private_endpoint_tls
from .settings import Settings

# Beyond any deadline: an answer that comes too late is of no use, but its connection can serve again.
MODEL_SECONDS = 1.0
CALL_SECONDS = 10.0
CONNECTIONS = 256
# Cloud Run gives a container ten seconds between SIGTERM and SIGKILL, and sends it no request meanwhile.
STOP = StopSeconds(deregister=0.0, requests=2.0, drain=6.0)


def _session(seconds: float) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=seconds),
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=60),
    )


def _features(stack: AsyncExitStack, settings: Settings, tokens: AccessTokens) -> FeatureSource:
    address = settings.service.features
    if address is None:
        return NoFeatures()
    features = ValkeyFeatures(
        lambda: cluster_client(
            address,
            settings.features_ca_pem,
            CacheLogin(tokens),
            call_seconds=READ_SECONDS,
            max_connections=CONNECTIONS,
        ),
        settings.service.entities,
    )
    stack.push_async_callback(features.close)
    return features


@asynccontextmanager
async def _edges(settings: Settings) -> AsyncGenerator[Edges]:
    tokens = AccessTokens()
    async with AsyncExitStack() as stack:
        calls = await stack.enter_async_context(_session(CALL_SECONDS))
        predictions = await stack.enter_async_context(_session(MODEL_SECONDS))
        writer = MonitoringWriter(
            calls,
            tokens,
            project=settings.cloud_project,
            location=settings.region,
            namespace=settings.project,
            component=settings.component,
            prefix=settings.metric_prefix,
        )
        tls = private_endpoint_tls() if settings.model_url.startswith("https:") else None
        yield Edges(
            writer=TopicWriter(PubSub(calls, tokens, settings.region), settings.stream_topic),
            features=_features(stack, settings, tokens),
            model=VertexModel(predictions, tokens, settings.model_url, tls),
            metrics=Metrics(writer),
        )


async def run() -> None:
    """Serve until told to stop."""
    settings = Settings.from_environment(os.environ)
    configure_logging(settings.service.log_level, LIBRARIES)
    # Cloud Run ends TLS beside the container.
    await serve(settings.service, _edges(settings), tls=None, stop_seconds=STOP)


def main() -> int:
    """Entry point; see `run_process` for the exit status."""
    configure_logging("INFO", LIBRARIES)
    return run_process("scoring", run)


if __name__ == "__main__":
    sys.exit(main())
