"""What counts as a card number, and what must not."""

from __future__ import annotations

import pytest
from card_numbers import PUBLISHED, card_numbers, written
from hypothesis import given
from hypothesis import strategies as some

from card_tokens.numbers import digits_of, holds_card_number, is_card_number, passes_check


@pytest.mark.parametrize("number", PUBLISHED)
def test_the_networks_own_test_numbers_are_found(number: str) -> None:
    assert is_card_number(number) and holds_card_number(f"card {number}, thanks")


@given(card_numbers(), some.data())
def test_a_number_is_found_however_it_is_written(number: str, data: some.DataObject) -> None:
    text = data.draw(written(number))
    around = data.draw(some.text(some.characters(categories=["L", "Zs"]), max_size=8))
    assert holds_card_number(f"{around}x{text}x{around}")


@given(card_numbers())
def test_digits_of_another_script_are_digits(number: str) -> None:
    arabic = number.translate({ord(str(digit)): chr(0x0660 + digit) for digit in range(10)})
    wide = number.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    assert holds_card_number(arabic) and holds_card_number(wide)
    assert digits_of(arabic) == number


@given(card_numbers(), some.integers(1, 9))
def test_one_wrong_digit_fails_the_check(number: str, more: int) -> None:
    assert not passes_check(number[:-1] + str((int(number[-1]) + more) % 10))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23T10:15:30.123456+01:00",
        "30.01.2026 10:15:30",
        "1732352345123",
        "1732352345123456789",
        "k1.abcdefghijklmnopabcdefghijklmnopabcdefgh",
        "4111111111111112",
        "+49 170 1234567",
        "DE89 3704 0044 0532 0130 00",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_times_ids_tokens_and_accounts_are_let_through(text: str) -> None:
    assert not holds_card_number(text)


def test_a_text_that_is_a_number_gives_its_digits_and_any_other_none() -> None:
    assert digits_of("4111 1111 1111 1111") == digits_of("4111-1111-1111-1111") == "4111111111111111"
    assert [digits_of(text) for text in ("tok_4111111111111111", "41111111111", "1" * 20, "")] == [None] * 4
