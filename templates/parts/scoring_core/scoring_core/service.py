"""The HTTP face of the decider: `openapi.yaml` describes it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from aiohttp import web

from card_tokens.guard import CardGuard
from event_contract.events import EventInvalid
from service_telemetry.metrics import Metrics

from .deciding import Decider
from .recent import EventConflict

MAX_BODY_BYTES = 64 * 1024

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Readiness:
    """Whether the load balancer should send requests here."""

    ready: bool = False


class Service:
    """Handlers of the four paths. Behind `guard` no card number is left."""

    def __init__(self, decider: Decider, metrics: Metrics, readiness: Readiness, guard: CardGuard) -> None:
        self._decider = decider
        self._metrics = metrics
        self._readiness = readiness
        self._guard = guard

    def application(self) -> web.Application:
        """The aiohttp application."""
        application = web.Application(client_max_size=MAX_BODY_BYTES)
        application.router.add_post("/v1/decisions", self.decide)
        application.router.add_post("/v1/probe", self.probe)
        application.router.add_get("/healthz", self.live)
        application.router.add_get("/readyz", self.ready)
        return application

    async def decide(self, request: web.Request) -> web.Response:
        """Event in, decision out; 400 out of contract, 409 an id with other content, 413 too large."""
        received = asyncio.get_running_loop().time()
        try:
            event = self._guard.admit(await request.read()).event
        except EventInvalid as error:
            self._metrics.count("InvalidEvents")
            return web.json_response({"error": "event-invalid", "reason": error.reason}, status=400)
        except web.HTTPRequestEntityTooLarge:
            self._metrics.count("InvalidEvents")
            return web.json_response({"error": "event-too-large", "reason": f"over {MAX_BODY_BYTES} bytes"}, status=413)
        try:
            decision = await self._decider.decide(event, received)
        except EventConflict:
            return web.json_response({"error": "event-conflict", "reason": "this id has other content"}, status=409)
        return web.json_response(decision.document())

    async def probe(self, _: web.Request) -> web.Response:
        """A decision about nobody, for whoever watches the service; what the request holds is not read."""
        received = asyncio.get_running_loop().time()
        return web.json_response((await self._decider.probe(received)).document())

    async def live(self, _: web.Request) -> web.Response:
        """The process answers."""
        return web.json_response({"status": "live"})

    async def ready(self, _: web.Request) -> web.Response:
        """Started and not stopping. A model or cache that is down does not count: the rules still decide."""
        if self._readiness.ready:
            return web.json_response({"status": "ready"})
        return web.json_response({"status": "not-ready"}, status=503)
