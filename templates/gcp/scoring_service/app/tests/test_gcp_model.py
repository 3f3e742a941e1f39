from __future__ import annotations

import asyncio
import json
import ssl
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from event_documents import TOKENS, event
from metadata_server import MetadataServer

from gcp_identity.tokens import AccessTokens
from scoring.model import VertexModel, private_endpoint_tls
from scoring_core.certificate import server_context
from scoring_core.model import ModelError, model_request

GOOD = {"score": 0.25, "reasons": ["NEW_DEVICE"], "model_version": "model-7"}
PATH = "/v1/projects/payments/locations/europe-west1/endpoints/1234567890:rawPredict"


class Vertex:
    """A private endpoint on loopback."""

    def __init__(self, status: int = 200, body: bytes = json.dumps(GOOD).encode(), delay: float = 0.0) -> None:
        self.status, self.body, self.delay = status, body, delay
        self.seen: list[tuple[str, dict[str, str], Any]] = []

    async def predict(self, request: web.Request) -> web.Response:
        self.seen.append((request.path, dict(request.headers), await request.json()))
        await asyncio.sleep(self.delay)
        return web.Response(status=self.status, body=self.body)


async def ask(vertex: Vertex, *, tls: bool = False) -> Any:
    application = web.Application()
    application.router.add_post("/v1/{name:.*}", vertex.predict)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context() if tls else None).start()
    scheme, port = "https" if tls else "http", runner.addresses[0][1]
    try:
        with MetadataServer() as server:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.3)) as session:
                context = private_endpoint_tls() if tls else None
                model = VertexModel(session, AccessTokens(server.host), f"{scheme}://127.0.0.1:{port}{PATH}", context)
                return await model.score(model_request(event(), {}))
    finally:
        await runner.cleanup()


def test_the_request_goes_to_the_container_as_it_is_with_a_token() -> None:
    vertex = Vertex()
    answer = asyncio.run(ask(vertex))
    path, headers, body = vertex.seen[0]
    assert path == PATH
    assert headers["Authorization"] == "Bearer token-1"
    assert body["entities"] == TOKENS
    assert (answer.score, answer.reasons, answer.model_version) == (0.25, ("NEW_DEVICE",), "model-7")


def test_an_endpoint_with_a_certificate_of_its_own_answers_too() -> None:
    assert asyncio.run(ask(Vertex(), tls=True)).score == 0.25
    assert private_endpoint_tls().minimum_version == ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("vertex", [Vertex(status=403), Vertex(body=b"oops"), Vertex(delay=1.0)])
def test_an_endpoint_that_fails_is_a_model_error(vertex: Vertex) -> None:
    with pytest.raises(ModelError):
        asyncio.run(ask(vertex))
    assert len(vertex.seen) == 1, "a second try would come after the deadline"
