from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from event_documents import TOKENS, document, event

from event_contract.events import EventInvalid, parse_event


def reason_of(changed: Any) -> str:
    with pytest.raises(EventInvalid) as caught:
        parse_event(changed if isinstance(changed, bytes) else json.dumps(changed).encode())
    return caught.value.reason


def test_a_valid_event() -> None:
    read = event()
    assert (read.amount, read.currency, read.entities) == (Decimal("12.34"), "EUR", TOKENS)
    assert read.time.utcoffset() is not None


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"id": ""}, "pattern at id"),
        ({"time": "2026-11-01 10:00"}, "time"),
        ({"time": "2026-13-01T10:00:00Z"}, "time"),
        ({"amount": {"value": 12.34, "currency": "EUR"}}, "type at amount.value"),
        ({"amount": {"value": "-1", "currency": "EUR"}}, "pattern at amount.value"),
        ({"amount": {"value": "1", "currency": "Euro"}}, "pattern at amount.currency"),
        ({"entities": {}}, "minProperties at entities"),
        ({"entities": {"card": "with space"}}, "entities.card"),
        ({"pan": "4111111111111111"}, "additionalProperties at event"),
    ],
)
def test_the_reason_names_rule_and_place(changes: dict[str, Any], place: str) -> None:
    assert place in reason_of(document(**changes))


@pytest.mark.parametrize("number", ["4111111111111111", "378282246310005", "4111111111111111110"])
def test_a_card_number_is_refused_and_not_repeated(number: str) -> None:
    reason = reason_of(document(entities={"card": number}))
    assert "entities.card" in reason
    assert number not in reason


def test_names_that_the_sender_chose_are_not_repeated() -> None:
    assert "4111" not in reason_of(document(attributes={"n4111111111111111": ["list"]}))
    assert "4111" not in reason_of(document(entities={"n4111111111111111": 5}))


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff", b"[" * 100_000, b'{"id": NaN}'])
def test_what_is_no_json_is_refused(payload: bytes) -> None:
    assert reason_of(payload) == "not-json"


@pytest.mark.parametrize("payload", [b"null", b"[]", b'"event"', b"1"])
def test_json_that_is_no_object_is_refused(payload: bytes) -> None:
    assert reason_of(payload) == "type at event"
