"""The service over HTTPS on loopback, as the load balancer sees it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import ssl
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from event_documents import TOKENS, document
from scoring_for_tests import Parts

from card_tokens.guard import CardGuard
from card_tokens.keyring import Keyring
from scoring_core.certificate import server_context
from scoring_core.model import ModelError
from scoring_core.service import MAX_BODY_BYTES, Readiness, Service
from service_telemetry.json_logs import configure_logging


def serving(
    use: Callable[[aiohttp.ClientSession, str, Readiness, Parts], Awaitable[None]], keyring: Keyring | None = None
) -> None:
    async def run() -> None:
        made = Parts()
        readiness = Readiness(ready=True)
        runner = web.AppRunner(
            Service(made.decider, made.metrics, readiness, CardGuard(keyring)).application(), access_log=None
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context()).start()
        url = f"https://127.0.0.1:{runner.addresses[0][1]}"
        # As the load balancer does: encrypted, the certificate not verified.
        trusting = ssl.create_default_context()
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        try:
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting)) as session:
                await use(session, url, readiness, made)
        finally:
            await runner.cleanup()

    asyncio.run(run())


def test_an_event_is_answered_with_a_decision() -> None:
    async def use(session: aiohttp.ClientSession, url: str, _: Readiness, parts: Parts) -> None:
        async with session.post(f"{url}/v1/decisions", json=document()) as response:
            body = await response.json()
        assert response.status == 200
        assert (body["event_id"], body["outcome"], body["decided_by"]) == ("event-1", "approve", "model")
        assert await parts.publisher.drain(1.0) == 0
        assert len(parts.stream.accepted) == 1

    serving(use)


def test_a_probe_is_decided_like_an_event_and_leaves_no_trace() -> None:
    async def use(session: aiohttp.ClientSession, url: str, _: Readiness, parts: Parts) -> None:
        for _repeat in range(2):
            async with session.post(f"{url}/v1/probe") as response:
                body = await response.json()
            assert response.status == 200
            assert (body["event_id"], body["decided_by"]) == ("probe", "model")
        assert len(parts.model.requests) == 2  # not the answer of a repeat: each goes all the way
        assert parts.publisher.depth == 0 and not parts.stream.accepted
        (written,) = parts.flushed()
        assert (written["Decisions"], written["Fallbacks"]) == (0, 0)
        assert "FeatureMisses" not in written and "Latency" not in written

    serving(use)


def test_a_probe_takes_no_event_from_its_caller() -> None:
    async def use(session: aiohttp.ClientSession, url: str, _: Readiness, parts: Parts) -> None:
        async with session.post(f"{url}/v1/probe", json=document()) as response:
            assert (await response.json())["event_id"] == "probe"
        assert "event-1" not in json.dumps(parts.model.requests)

    serving(use)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"{", 400, "event-invalid"),
        (json.dumps(document(entities={"card": "4111111111111111"})).encode(), 400, "event-invalid"),
        (b"x" * (MAX_BODY_BYTES + 1), 413, "event-too-large"),
    ],
)
def test_what_is_no_event_is_refused_and_not_published(body: bytes, status: int, error: str) -> None:
    async def use(session: aiohttp.ClientSession, url: str, _: Readiness, parts: Parts) -> None:
        async with session.post(f"{url}/v1/decisions", data=body) as response:
            answer = await response.json()
        assert (response.status, answer["error"]) == (status, error)
        assert "4111" not in answer["reason"]
        assert parts.publisher.depth == 0
        assert parts.flushed()[0]["InvalidEvents"] == 1

    serving(use)


def test_an_id_with_other_content_is_a_conflict() -> None:
    async def use(session: aiohttp.ClientSession, url: str, _: Readiness, __: Parts) -> None:
        async with session.post(f"{url}/v1/decisions", json=document()) as response:
            assert response.status == 200
        async with session.post(f"{url}/v1/decisions", json=document(attributes={})) as response:
            assert response.status == 409

    serving(use)


def test_stopping_takes_the_task_out_of_the_load_balancer_and_still_answers() -> None:
    async def use(session: aiohttp.ClientSession, url: str, readiness: Readiness, _: Parts) -> None:
        readiness.ready = False
        async with session.get(f"{url}/readyz") as response:
            assert response.status == 503
        async with session.get(f"{url}/healthz") as response:
            assert response.status == 200
        async with session.post(f"{url}/v1/decisions", json=document()) as response:
            assert response.status == 200

    serving(use)


def test_a_model_that_is_down_does_not_make_the_task_unready() -> None:
    async def use(session: aiohttp.ClientSession, url: str, _: Readiness, parts: Parts) -> None:
        parts.model.error = ModelError("down")
        async with session.post(f"{url}/v1/decisions", json=document()) as response:
            assert (await response.json())["decided_by"] == "rules"
        async with session.get(f"{url}/readyz") as response:
            assert response.status == 200

    serving(use)


def test_no_entity_value_and_no_payload_reaches_the_logs() -> None:
    log = io.StringIO()

    async def use(session: aiohttp.ClientSession, url: str, _: Readiness, parts: Parts) -> None:
        quoting = KeyError(f"f:card:{TOKENS['card']}")
        for number, error in enumerate((quoting, ModelError("down"), None)):
            parts.model.error = error
            async with session.post(f"{url}/v1/decisions", json=document(id=f"event-{number}")) as response:
                assert response.status == 200
        async with session.post(f"{url}/v1/decisions", json=document(entities={"card": "bad value"})) as response:
            assert response.status == 400
        await parts.publisher.drain(1.0)
        log.write(json.dumps(parts.flushed()))

    configure_logging("DEBUG", stream=log)
    try:
        serving(use)
    finally:
        logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    written = log.getvalue()
    assert '"error": "KeyError"' in written, "the unexpected failure itself is logged"
    for value in (*TOKENS.values(), "bad value", "12.34", "ecommerce"):
        assert value not in written
