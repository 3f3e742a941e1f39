from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from azure_tokens.tokens import Tokens
from scoring.model import HttpModel
from scoring_core.model import ModelAnswer, ModelError

ANSWER = {"score": 0.93, "reasons": ["CARD_COUNT_1M"], "model_version": "7"}


def ask(answer: Any, status: int = 200, scope: str = "") -> tuple[ModelAnswer, dict[str, str]]:
    seen: dict[str, str] = {}
    credential = SimpleNamespace(get_token=lambda asked: SimpleNamespace(token=f"for-{asked}", expires_on=10**12))

    async def score(request: web.Request) -> web.Response:
        seen.update(request.headers)
        return web.json_response(answer, status=status)

    async def run() -> ModelAnswer:
        application = web.Application()
        application.router.add_post("/score", score)
        async with TestServer(application) as server, aiohttp.ClientSession() as session:
            tokens = Tokens(credential, scope) if scope else None
            return await HttpModel(session, str(server.make_url("/")), tokens).score({"features": {}})

    return asyncio.run(run()), seen


def test_an_answer_is_read_and_no_token_is_sent_within_the_cluster() -> None:
    answer, headers = ask(ANSWER)
    assert (answer.score, answer.reasons, answer.model_version) == (0.93, ("CARD_COUNT_1M",), "7")
    assert "Authorization" not in headers


def test_a_managed_endpoint_is_asked_with_a_token_of_its_scope() -> None:
    _, headers = ask(ANSWER, scope="https://ml.azure.com/.default")
    assert headers["Authorization"] == "Bearer for-https://ml.azure.com/.default"


@pytest.mark.parametrize(("answer", "status"), [(ANSWER, 500), (ANSWER, 429), ({"score": 2}, 200)])
def test_every_failure_is_the_models(answer: Any, status: int) -> None:
    with pytest.raises(ModelError):
        ask(answer, status)
