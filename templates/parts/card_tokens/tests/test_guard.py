"""Behind the guard there is no card number: in no field, no refusal and nothing that is kept."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from card_numbers import card_numbers, written
from event_documents import document
from hypothesis import given
from hypothesis import strategies as some

from card_tokens.guard import CardGuard
from card_tokens.keyring import Keyring
from card_tokens.numbers import holds_card_number
from event_contract.events import EventInvalid

KEYRING = Keyring.parse("k1=" + base64.b64encode(b"\x07" * 32).decode())
MAKING, REFUSING = CardGuard(KEYRING), CardGuard(None)


def with_card(value: Any, **changes: Any) -> bytes:
    return json.dumps(document(entities={"card": value, "merchant": "tok_merchant"}, **changes)).encode()


def refusal(guard: CardGuard, payload: bytes) -> str:
    with pytest.raises(EventInvalid) as caught:
        guard.admit(payload)
    return caught.value.reason


@given(card_numbers(), some.sampled_from(["", " ", "-"]))
def test_a_number_becomes_its_token_and_is_in_no_output(number: str, between: str) -> None:
    text = between.join((number[:4], number[4:8], number[8:]))
    passed = MAKING.admit(with_card(text))
    assert passed.event.entities["card"] == KEYRING.token(number)
    assert json.loads(passed.payload) == passed.event.document
    for output in (passed.payload.decode(), repr(passed)):
        assert number not in output and not holds_card_number(output.replace("event-1", ""))


@given(card_numbers(), some.data())
def test_in_any_other_field_it_is_refused_by_both_and_the_reason_does_not_repeat_it(
    number: str, data: some.DataObject
) -> None:
    text = data.draw(written(number))
    changed = data.draw(
        some.sampled_from(
            [
                document(id=number),
                document(entities={"merchant": number}),
                document(entities={"card": "tok_1", f"n{number}": "x"}),
                document(attributes={"note": f"paid with {text}"}),
                document(attributes={f"n{number}": True}),
                document(attributes={"reference": int(number)}),
                document(amount={"value": number, "currency": "EUR"}),
                document(extra={"deep": [{"er": text}]}),
            ]
        )
    )
    for guard in (MAKING, REFUSING):
        reason = refusal(guard, json.dumps(changed).encode())
        assert reason.startswith("card-number at ") and not any(digit in reason for digit in "0123456789")


@given(card_numbers())
def test_without_a_key_a_number_is_refused_where_a_token_is_expected(number: str) -> None:
    assert refusal(REFUSING, with_card(number)) == "card-number at entities"


@given(card_numbers())
def test_a_mistyped_number_is_no_token_either(number: str) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert refusal(MAKING, with_card(wrong)) == "check digit at entities.card"


@pytest.mark.parametrize("guard", [MAKING, REFUSING])
def test_a_token_passes_with_its_bytes_unchanged(guard: CardGuard) -> None:
    payload = json.dumps(document(), indent=2).encode()
    assert guard.admit(payload).payload == payload


def test_a_number_hidden_behind_an_escape_a_second_name_an_exponent_or_a_fraction_is_found() -> None:
    escaped = json.dumps(document(attributes={"note": "#"})).replace("#", "\\u0034111111111111111").encode()
    twice = with_card("tok_1").replace(b'"card": ', b'"card": "4111111111111111", "card": ')
    exponent = json.dumps(document(attributes={"sum": 0.5})).replace("0.5", "4.111111111111111e15").encode()
    fraction = json.dumps(document(time="2026-11-01T10:00:00.4111111111111111Z")).encode()
    assert refusal(MAKING, escaped) == "card-number at attributes"
    assert refusal(MAKING, twice) == "name twice in an object"
    assert refusal(MAKING, exponent) == "card-number at attributes"
    assert refusal(MAKING, fraction) == "card-number at time"


@given(card_numbers(), some.binary(max_size=20))
def test_nothing_that_is_kept_of_a_refused_record_holds_the_number(number: str, noise: bytes) -> None:
    utf16 = json.dumps({"note": number}).encode("utf-16")
    twice = with_card("tok_1").replace(b'"card": ', f'"card": "{number}", "card": '.encode())
    for payload in (
        with_card(number),
        b"{" + number.encode(),
        noise + b"x" + number.encode() + b"x" + noise,
        utf16,
        twice,
    ):
        assert MAKING.keeps(payload) == REFUSING.keeps(payload) == b""


def test_where_only_tokens_arrive_a_broken_record_is_kept_for_a_person_to_see() -> None:
    assert REFUSING.keeps(b"{broken") == b"{broken"
    assert MAKING.keeps(b"{broken") == b"", "what cannot be read cannot be known to hold no number"


@pytest.mark.parametrize(
    "payload", [b"", b"[" * 100_000, b"null", b"5", b'{"entities": {"card": 5}}', b'{"entities": []}']
)
def test_what_is_no_event_is_refused_as_ever(payload: bytes) -> None:
    assert "card-number" not in refusal(MAKING, payload)
