from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import fastjsonschema
import pytest
from aiohttp import web
from botocore.credentials import ReadOnlyCredentials
from scoring_for_tests import TOKENS, event

import scoring
from scoring.model import ModelError, SageMakerModel, model_request, read_answer

GOOD = {"score": 0.25, "reasons": ["NEW_DEVICE"], "model_version": "model-7"}
INTERFACE = json.loads(Path(scoring.__file__).with_name("model_interface.json").read_text(encoding="utf-8"))


def test_the_request_follows_the_interface() -> None:
    request = model_request(event(), {"card": {"count_1m": 2.0}})
    fastjsonschema.compile(INTERFACE["definitions"]["request"])(request)
    assert request["features"] == {
        "amount": 12.34,
        "currency": "EUR",
        "attribute_channel": "ecommerce",
        "attribute_attempt": 1,
        "card_count_1m": 2.0,
    }
    assert request["entities"] == TOKENS


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"0.25",
        b'{"score": NaN, "reasons": [], "model_version": "1"}',
        json.dumps(GOOD | {"score": 1.01}).encode(),
        json.dumps(GOOD | {"score": "0.25"}).encode(),
        json.dumps(GOOD | {"score": True}).encode(),
        json.dumps(GOOD | {"reasons": ["free text, perhaps with a name"]}).encode(),
        json.dumps(GOOD | {"extra": 1}).encode(),
        json.dumps({"score": 0.25}).encode(),
    ],
)
def test_an_answer_out_of_contract_is_a_model_error(answer: bytes) -> None:
    with pytest.raises(ModelError):
        read_answer(answer)


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
