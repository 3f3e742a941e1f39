from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from botocore.credentials import ReadOnlyCredentials
from event_documents import TOKENS, event

from scoring.model import SageMakerModel
from scoring_core.model import ModelError, model_request

GOOD = {"score": 0.25, "reasons": ["NEW_DEVICE"], "model_version": "model-7"}


class Credentials:
    """Those of a task, as aiobotocore gives them."""

    async def get_frozen_credentials(self) -> ReadOnlyCredentials:
        return ReadOnlyCredentials("AKIDEXAMPLE", "secret", "session", None)


class Runtime:
    """The SageMaker runtime on loopback."""

    def __init__(self, status: int = 200, body: bytes = json.dumps(GOOD).encode(), delay: float = 0.0) -> None:
        self.status, self.body, self.delay = status, body, delay
        self.seen: list[tuple[str, dict[str, str], Any]] = []

    async def invoke(self, request: web.Request) -> web.Response:
        self.seen.append((request.path, dict(request.headers), await request.json()))
        await asyncio.sleep(self.delay)
        return web.Response(status=self.status, body=self.body)


async def ask(runtime: Runtime) -> Any:
    application = web.Application()
    application.router.add_post("/endpoints/{name}/invocations", runtime.invoke)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.3)) as session:
            model = SageMakerModel(session, Credentials(), f"http://127.0.0.1:{port}", "eu-west-1", "fraud-prod")
            return await model.score(model_request(event(), {}))
    finally:
        await runner.cleanup()


def test_the_endpoint_is_invoked_with_a_signature() -> None:
    runtime = Runtime()
    answer = asyncio.run(ask(runtime))
    path, headers, body = runtime.seen[0]
    assert path == "/endpoints/fraud-prod/invocations"
    assert "/eu-west-1/sagemaker/aws4_request" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "session"
    assert headers["Content-Type"] == "application/json"
    assert body["entities"] == TOKENS
    assert (answer.score, answer.reasons, answer.model_version) == (0.25, ("NEW_DEVICE",), "model-7")


@pytest.mark.parametrize("runtime", [Runtime(status=424), Runtime(body=b"oops"), Runtime(delay=1.0)])
def test_an_endpoint_that_fails_is_a_model_error(runtime: Runtime) -> None:
    with pytest.raises(ModelError):
        asyncio.run(ask(runtime))
    assert len(runtime.seen) == 1, "a second try would come after the deadline"
