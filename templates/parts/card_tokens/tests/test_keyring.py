"""Keys, tokens, and what a rotation changes."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from card_numbers import PUBLISHED, card_numbers
from hypothesis import given

from card_tokens.keyring import Keyring, KeyringInvalid
from card_tokens.numbers import holds_card_number
from service_process.environment import Environment, SettingsInvalid

FIRST = base64.b64encode(bytes(range(32))).decode()
SECOND = base64.b64encode(bytes(range(32, 64))).decode()
OLD = Keyring.parse(f"k1={FIRST}")
NEW = Keyring.parse(f"k2={SECOND}, k1={FIRST}")


def test_a_token_is_the_keyed_hash_of_the_number_in_letters() -> None:
    digest = hmac.new(bytes(range(32)), b"card-number:4111111111111111", hashlib.sha256).hexdigest()[:40]
    assert OLD.token("4111111111111111") == "k1." + "".join("abcdefghijklmnop"[int(digit, 16)] for digit in digest)


@given(card_numbers())
def test_a_token_holds_no_digit_of_the_number_and_is_none_itself(number: str) -> None:
    body = NEW.token(number).removeprefix("k2.")
    assert len(body) == 40 and body.isalpha() and not holds_card_number(NEW.token(number))


@given(card_numbers(), card_numbers())
def test_two_numbers_have_two_tokens_and_one_has_always_the_same(one: str, other: str) -> None:
    assert (NEW.token(one) == NEW.token(other)) is (one == other)


def test_after_a_rotation_new_tokens_are_made_and_old_ones_still_found() -> None:
    for number in PUBLISHED:
        assert NEW.token(number) != OLD.token(number)
        assert NEW.tokens(number) == (NEW.token(number), OLD.token(number))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "form"),
        (FIRST, "form"),
        (f"K1={FIRST}", "form"),
        ("k1=not-base64!", "form"),
        ("k1=" + base64.b64encode(b"short").decode(), "5 bytes"),
        (f"k1={FIRST},k1={SECOND}", "twice"),
        (f"k2={FIRST},k1={FIRST}", "twice"),
        (f"k2={SECOND},", "form"),
    ],
)
def test_an_unusable_keyring_is_refused_without_repeating_it(text: str, said: str) -> None:
    with pytest.raises(KeyringInvalid, match=said) as caught:
        Keyring.parse(text)
    assert caught.value.__cause__ is None and FIRST not in str(caught.value) and "not-base64" not in str(caught.value)


def test_keys_are_in_no_representation() -> None:
    assert "k2" in repr(NEW) and FIRST not in repr(NEW) and str(bytes(range(32))) not in repr(NEW)


def test_it_comes_from_the_environment_or_is_none() -> None:
    assert Keyring.read(Environment({})) is None
    assert Keyring.read(Environment({"TOKEN_KEYRING": f"k1={FIRST}"})) == OLD
    environment = Environment({"TOKEN_KEYRING": "k1=x"})
    assert Keyring.read(environment) is None
    with pytest.raises(SettingsInvalid, match="TOKEN_KEYRING"):
        environment.check()
