"""Start the service with what it talks to on Azure."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from azure_cache.clients import cluster_client
from azure_streams.streams import open_stream
from azure_telemetry.lines import LIBRARIES, LineWriter
from azure_tokens.tokens import REDIS_SCOPE, CacheTokens, Credential, Tokens, container_credential
from scoring_core.features import FeatureSource, NoFeatures, ValkeyFeatures
from scoring_core.running import Edges, serve
from service_process.process import run_process
from service_telemetry.json_logs import configure_logging
from service_telemetry.metrics import Metrics

from .model import HttpModel
from .settings import Settings
from .tls import keep_current, server_context

# Beyond any deadline: an answer that comes too late is of no use, but its connection can serve again.
MODEL_SECONDS = 1.0
FEATURE_SECONDS, FEATURE_CONNECTIONS = 0.05, 256


def _features(stack: AsyncExitStack, settings: Settings, credential: Credential) -> FeatureSource:
    address = settings.service.features
    if address is None:
        return NoFeatures()
    passwords = CacheTokens(settings.principal_id, Tokens(credential, REDIS_SCOPE))
    features = ValkeyFeatures(
        lambda: cluster_client(address, passwords, call_seconds=FEATURE_SECONDS, max_connections=FEATURE_CONNECTIONS),
        settings.service.entities,
    )
    stack.push_async_callback(features.close)
    return features


@asynccontextmanager
async def _edges(settings: Settings) -> AsyncGenerator[Edges]:
    credential = container_credential(os.environ)
    tokens = Tokens(credential, settings.model_scope) if settings.model_scope else None
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=MODEL_SECONDS),
                connector=aiohttp.TCPConnector(limit=512, keepalive_timeout=60),
            )
        )
        yield Edges(
            writer=await stack.enter_async_context(open_stream(settings.stream, credential)),
            features=_features(stack, settings, credential),
            model=HttpModel(session, settings.model_url, tokens),
            metrics=Metrics(LineWriter(settings.project, settings.component)),
        )


async def run() -> None:
    """Serve until told to stop."""
    settings = Settings.from_environment(os.environ)
    configure_logging(settings.service.log_level, LIBRARIES)
    context = server_context(settings.certificate, settings.callers)
    reloading = asyncio.create_task(keep_current(context, settings.certificate))
    try:
        await serve(settings.service, _edges(settings), tls=context)
    finally:
        reloading.cancel()


def main() -> int:
    """Entry point; see `run_process` for the exit status."""
    configure_logging("INFO", LIBRARIES)
    return run_process("scoring", run)


if __name__ == "__main__":
    sys.exit(main())
