"""Start, serve, and stop without losing a decision."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import AsyncExitStack

import aiohttp
from aiobotocore.session import get_session
from aiohttp import web

from .certificate import server_context
from .deciding import Decider
from .emf import Metrics
from .features import FeatureSource, NoFeatures, ValkeyFeatures, connect_features
from .iam_token import IamTokenProvider
from .json_logs import configure_logging
from .model import SageMakerModel
from .policy import PolicyInvalid, load_policy
from .publishing import Publisher
from .service import Readiness, Service
from .settings import Settings, SettingsInvalid
from .streams import open_stream

# Together below the 30 s after which ECS kills a task that was told to stop.
DEREGISTER_SECONDS = 5.0
REQUESTS_SECONDS = 5.0
DRAIN_SECONDS = 15.0
# Beyond any deadline: an answer that comes too late is of no use, but its connection can serve again.
MODEL_SECONDS = 1.0
PERCENTAGES = {"FallbackRate": ("Fallbacks", "Decisions")}

log = logging.getLogger("scoring")


async def _model(stack: AsyncExitStack, settings: Settings) -> SageMakerModel:
    session = get_session()
    credentials = await session.get_credentials()
    if credentials is None:
        raise SettingsInvalid("no AWS credentials in the environment")
    runtime = await stack.enter_async_context(session.create_client("sagemaker-runtime", region_name=settings.region))
    http = await stack.enter_async_context(
        aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=MODEL_SECONDS),
            connector=aiohttp.TCPConnector(limit=512, keepalive_timeout=60),
        )
    )
    return SageMakerModel(http, credentials, runtime.meta.endpoint_url, settings.region, settings.model_endpoint)


def _features(stack: AsyncExitStack, settings: Settings) -> FeatureSource:
    host, port = settings.features_host, settings.features_port
    if host is None:
        return NoFeatures()
    tokens = IamTokenProvider(settings.features_user, settings.features_cache, settings.region)
    features = ValkeyFeatures(lambda: connect_features(host, port, tokens), settings.entities)
    stack.push_async_callback(features.close)
    return features


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then: leave the load balancer, answer what is open, publish what waits."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    metrics = Metrics(f"archgen/{settings.project}", settings.component)
    metrics.always("Decisions", "Fallbacks")
    policy = load_policy()
    fallback_after = settings.fallback_after_ms / 1000
    async with AsyncExitStack() as stack:
        writer = await stack.enter_async_context(
            open_stream(settings.stream_kind, settings.stream_name, settings.stream_bootstrap, settings.region)
        )
        publisher = Publisher(writer, metrics)
        publisher.start()
        decider = Decider(
            _features(stack, settings),
            await _model(stack, settings),
            policy,
            publisher,
            metrics,
            entities=settings.entities if settings.features_host else (),
            fallback_after=fallback_after,
        )
        readiness = Readiness()
        # Longer than the 60 s of a load balancer: whoever closes an idle connection first must not be this side (502).
        runner = web.AppRunner(
            Service(decider, metrics, readiness).application(), access_log=None, keepalive_timeout=75.0
        )
        await runner.setup()
        await web.TCPSite(
            runner, port=settings.port, ssl_context=server_context(), shutdown_timeout=REQUESTS_SECONDS
        ).start()
        flushing = asyncio.create_task(metrics.run(PERCENTAGES))
        readiness.ready = True
        log.info("serving", extra={"facts": {"port": settings.port, "policy": policy.version}})
        await stop.wait()
        readiness.ready = False
        log.info("stopping")
        await asyncio.sleep(DEREGISTER_SECONDS)
        await runner.cleanup()
        lost = await publisher.drain(DRAIN_SECONDS)
        flushing.cancel()
        metrics.flush(PERCENTAGES)
        log.info("stopped", extra={"facts": {"lost": lost}})


def main() -> int:
    """Entry point; 2 when the environment or the policy is wrong."""
    configure_logging("INFO")
    try:
        settings = Settings.from_environment(os.environ)
        configure_logging(settings.log_level)
        asyncio.run(run(settings))
    except (SettingsInvalid, PolicyInvalid) as error:
        log.error("cannot start: %s", error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
