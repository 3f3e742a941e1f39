"""Records with card numbers: forwarded as tokens, or refused without keeping them."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from typing import Any

import pytest
from bridge_for_tests import Parts, messages, payload
from card_numbers import card_numbers
from hypothesis import HealthCheck, given, settings
from memory_stream import LIMITS

from card_tokens.keyring import Keyring

KEYRING = Keyring.parse("k1=" + base64.b64encode(b"\x07" * 32).decode())


def bridged(*values: bytes, keyring: Keyring | None) -> Parts:
    async def turn() -> Parts:
        parts = Parts(messages(*values), keyring=keyring)
        await parts.forwarder.turn()
        return parts

    return asyncio.run(turn())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=card_numbers())
@pytest.mark.parametrize("keyring", [KEYRING, None], ids=["makes tokens", "takes tokens"])
def test_neither_stream_dead_letters_metrics_nor_log_hold_the_number(
    keyring: Keyring | None, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    values = (
        payload(1, entities={"card": number}),
        payload(2, attributes={"note": f"paid with {number}"}),
        payload(3, attributes={f"n{number}": 1}),
        payload(4, entities={"card": number}, time="yesterday"),
        b"{" + number.encode(),
        payload(5, entities={"card": number}) + b" " * LIMITS.record_bytes,
        payload(6).replace(b'"card":', f'"card": "{number}", "card":'.encode()),
    )
    with caplog.at_level(logging.DEBUG):
        parts = bridged(*values, keyring=keyring)
    outputs: list[Any] = [record.data + record.key.encode() for record in parts.stream.accepted]
    outputs += [rejected.payload + repr(rejected).encode() for rejected in parts.dead_letters.rejected]
    outputs.append(json.dumps(parts.flushed()).encode())
    outputs.append((caplog.text + "".join(str(record.__dict__) for record in caplog.records)).encode())
    assert not [output for output in outputs if number.encode() in output]
    assert len(parts.stream.accepted) + len(parts.dead_letters.rejected) == len(values), "none is lost without a word"


def test_one_card_keeps_one_key_so_that_its_events_stay_in_order() -> None:
    number = "4111111111111111"
    parts = bridged(*(payload(n, entities={"card": number}) for n in range(3)), keyring=KEYRING)
    assert [record.key for record in parts.stream.accepted] == [KEYRING.token(number)] * 3
    assert json.loads(parts.stream.accepted[0].data)["id"] == "event-0", "the rest of the event is as it was"


def test_a_refused_record_can_be_found_again_in_the_source() -> None:
    (rejected,) = bridged(payload(1, attributes={"note": "4111111111111111"}), keyring=KEYRING).dead_letters.rejected
    assert (rejected.payload, rejected.reason) == (b"", "card-number at attributes")
    assert (rejected.topic, rejected.partition, rejected.offset) == ("authorisations", 0, 0)
