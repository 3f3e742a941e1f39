"""Pub/Sub on loopback: what was published, and what there is to pull."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from metadata_server import MetadataServer

from gcp_identity.tokens import AccessTokens
from gcp_streams.pubsub import PubSub


class PubSubServer:
    """Answers as the API does; `failures` are the statuses of the next calls."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.waiting: list[bytes] = []
        self.acknowledged: list[str] = []
        self.failures: list[int] = []
        self.paths: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.paths.append(request.path)
        assert request.headers["Authorization"] == "Bearer token-1"
        body = await request.json()
        if self.failures:
            return web.json_response({}, status=self.failures.pop(0))
        verb = request.path.rpartition(":")[2]
        if verb == "publish":
            self.published += body["messages"]
            return web.json_response({"messageIds": [str(index) for index, _ in enumerate(body["messages"])]})
        if verb == "acknowledge":
            self.acknowledged += body["ackIds"]
            return web.json_response({})
        given, self.waiting = self.waiting[: body["maxMessages"]], self.waiting[body["maxMessages"] :]
        received = [
            {"ackId": f"ack-{index}", "message": {"data": base64.b64encode(data).decode(), "messageId": str(index)}}
            for index, data in enumerate(given)
        ]
        return web.json_response({"receivedMessages": received} if received else {})

    def data(self) -> list[bytes]:
        """The bytes of every published message."""
        return [base64.b64decode(message["data"]) for message in self.published]

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[PubSub]:
        """A client of this server, while the context lasts."""
        application = web.Application(client_max_size=20_000_000)
        application.router.add_post("/v1/{name:.*}", self.answer)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            with MetadataServer() as server:
                async with aiohttp.ClientSession() as session:
                    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
                    yield PubSub(session, AccessTokens(server.host), "europe-west1", url)
        finally:
            await runner.cleanup()
