"""A request with a card number: decided, and the number is in no output of any kind."""

from __future__ import annotations

import base64
import io
import json
import logging

import aiohttp
from card_numbers import card_numbers
from event_documents import document
from hypothesis import given, settings
from scoring_for_tests import Parts
from test_service import serving

from card_tokens.keyring import Keyring
from scoring_core.model import ModelError
from scoring_core.service import Readiness
from service_telemetry.json_logs import configure_logging

KEYRING = Keyring.parse("k1=" + base64.b64encode(b"\x07" * 32).decode())


@settings(max_examples=8, deadline=None)
@given(card_numbers())
def test_neither_answer_record_model_metric_nor_log_holds_the_number(number: str) -> None:
    log, outputs = io.StringIO(), list[str]()

    async def use(session: aiohttp.ClientSession, url: str, _: Readiness, parts: Parts) -> None:
        good = document(entities={"card": number, "merchant": "tok_merchant"})
        bad = document(id="event-2", attributes={"note": f"card {number}"})
        for body, status in ((good, 200), (good, 200), (bad, 400)):
            async with session.post(f"{url}/v1/decisions", json=body) as response:
                assert response.status == status
                outputs.append(await response.text() + str(response.headers))
        parts.model.error = ModelError("down")
        async with session.post(f"{url}/v1/decisions", json=good | {"id": "event-3"}) as response:
            outputs.append(await response.text())
        assert await parts.publisher.drain(1.0) == 0
        records = parts.stream.accepted
        assert [record.key for record in records] == [KEYRING.token(number)] * 2, "a repeat is no second decision"
        assert json.loads(records[0].data)["entities"]["card"] == KEYRING.token(number)
        outputs.extend(record.data.decode() for record in records)
        outputs.append(json.dumps(parts.model.requests, default=str) + json.dumps(parts.flushed()))

    configure_logging("DEBUG", stream=log)
    try:
        serving(use, KEYRING)
    finally:
        logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    assert number not in log.getvalue() + "".join(outputs)


def test_a_service_without_a_key_answers_400_and_publishes_nothing() -> None:
    async def use(session: aiohttp.ClientSession, url: str, _: Readiness, parts: Parts) -> None:
        body = document(entities={"card": "4111111111111111"})
        async with session.post(f"{url}/v1/decisions", json=body) as response:
            assert (response.status, (await response.json())["reason"]) == (400, "card-number at entities")
        assert parts.publisher.depth == 0

    serving(use)
