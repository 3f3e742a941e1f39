"""Start, serve, and stop without losing a decision; a cloud gives the edges."""

from __future__ import annotations

import asyncio
import logging
import ssl
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from aiohttp import web

from card_tokens.guard import CardGuard
from record_streams.streams import StreamWriter
from service_process.process import stop_on_signal
from service_telemetry.metrics import Metrics

from .deciding import Decider
from .features import FeatureSource
from .model import Model
from .policy import load_policy
from .publishing import Publisher
from .service import Readiness, Service
from .settings import ServiceSettings

# Longer than the 60 s of a load balancer: whoever closes an idle connection first must not be this side (502).
KEEP_ALIVE_SECONDS = 75.0

log = logging.getLogger("scoring")


@dataclass(frozen=True, kw_only=True, slots=True)
class Edges:
    """What the service talks to."""

    features: FeatureSource
    model: Model
    writer: StreamWriter
    metrics: Metrics


@dataclass(frozen=True, kw_only=True, slots=True)
class StopSeconds:
    """How long a stop may take, in seconds; the sum stays below the platform's patience (30 s on most).

    Attributes:
        deregister: until the load balancer has seen that the service is not ready.
        requests: for requests that are open then.
        drain: for decisions that wait for the stream.
    """

    deregister: float = 5.0
    requests: float = 5.0
    drain: float = 15.0


async def serve(
    settings: ServiceSettings,
    edges: AbstractAsyncContextManager[Edges],
    *,
    tls: ssl.SSLContext | None,
    stop_seconds: StopSeconds = StopSeconds(),
) -> None:
    """Serve until SIGTERM or SIGINT, then: leave the load balancer, answer what is open, publish what waits.

    Args:
        edges: entered at the start, left after the last decision is published.
        tls: None only where the platform itself ends TLS beside the container.

    Raises:
        PolicyInvalid: the policy in the image is wrong; nothing was opened.
    """
    stop = stop_on_signal()
    policy = load_policy()
    async with edges as opened:
        metrics = opened.metrics
        publisher = Publisher(opened.writer, metrics)
        publisher.start()
        decider = Decider(
            opened.features,
            opened.model,
            policy,
            publisher,
            metrics,
            entities=settings.entities if settings.features is not None else (),
            fallback_after=settings.fallback_after_ms / 1000,
        )
        readiness = Readiness()
        application = Service(decider, metrics, readiness, CardGuard(settings.keyring)).application()
        runner = web.AppRunner(application, access_log=None, keepalive_timeout=KEEP_ALIVE_SECONDS)
        await runner.setup()
        site = web.TCPSite(runner, port=settings.port, ssl_context=tls, shutdown_timeout=stop_seconds.requests)
        await site.start()
        flushing = asyncio.create_task(metrics.run())
        readiness.ready = True
        log.info("serving", extra={"facts": {"port": settings.port, "policy": policy.version}})
        await stop.wait()
        readiness.ready = False
        log.info("stopping")
        await asyncio.sleep(stop_seconds.deregister)
        await runner.cleanup()
        lost = await publisher.drain(stop_seconds.drain)
        flushing.cancel()
        await metrics.flush()
        log.info("stopped", extra={"facts": {"lost": lost}})
