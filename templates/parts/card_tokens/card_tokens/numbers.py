"""What looks like the number of a payment card: its networks' ranges and lengths, and its check digit.

Sources: ISO/IEC 7812-1 (lengths, check digit); the ranges are those that the networks publish, from memory, and wide
rather than narrow: a number that is none is refused now and then, one that is a card's number is not let through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

SHORTEST, LONGEST = 12, 19
_RANGES = (
    ("4", (13, 16, 19)),  # Visa
    ("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),  # Mastercard
    ("3[47]", (15,)),  # American Express
    ("30[0-5]|3095|3[689]", (14, 15, 16, 17, 18, 19)),  # Diners Club
    ("35(?:2[89]|[3-8])", (16, 17, 18, 19)),  # JCB
    ("6011|64[4-9]|65", (16, 17, 18, 19)),  # Discover
    ("62|81", (16, 17, 18, 19)),  # UnionPay
    ("220[0-4]", (16, 17, 18, 19)),  # Mir
    ("5[06-8]|6", (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
    ("60|65|81|82|508|9792", (16,)),  # RuPay, Troy
)
_BY_LENGTH = {
    length: re.compile("|".join(f"(?:{prefix})" for prefix, lengths in _RANGES if length in lengths))
    for length in range(SHORTEST, LONGEST + 1)
}
# Groups of digits with the same character between any two, as numbers are written and copied.
_GROUPED = tuple(
    re.compile(f"[0-9](?:{re.escape(between)}?[0-9]){{{SHORTEST - 1},}}")
    for between in (" ", "-", ".", "_", ":", "+", "/", "=", ",", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014")
)
_GROUP = re.compile(r"[0-9]+")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def passes_check(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it (Luhn)."""
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0


def is_card_number(digits: str) -> bool:
    """Whether digits alone are a card's number by range, length and check digit."""
    ranges = _BY_LENGTH.get(len(digits))
    return ranges is not None and ranges.match(digits) is not None and passes_check(digits)


def holds_card_number(text: str, *, grouped: bool = True) -> bool:
    """Whether a card's number stands in a text: in one piece or, where `grouped`, in groups that one character parts.

    Digits of other scripts count as the digits they are. A number that is part of a longer run of digits is not found:
    of long identifiers every third would look like one.
    """
    plain = _plain(text)
    groups = _GROUP.findall(plain)
    if sum(map(len, groups)) < SHORTEST:
        return False
    if any(is_card_number(group) for group in groups):
        return True
    runs = (found[0] for pattern in _GROUPED for found in pattern.finditer(plain)) if grouped else ()
    return any(is_card_number(digits) for run in runs for digits in _joined(run))


def digits_of(text: str) -> str | None:
    """The digits of a text that holds nothing but digits with spaces or hyphens between, in a card number's length."""
    digits = re.sub(r"[ -]", "", _plain(text))
    return digits if digits.isdecimal() and digits.isascii() and SHORTEST <= len(digits) <= LONGEST else None


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return "".join(_digit(character) for character in unicodedata.normalize("NFKC", text))


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _joined(found: str) -> Iterator[str]:
    """Every sequence of neighbouring groups that has a card number's length."""
    groups = _GROUP.findall(found)
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > LONGEST:
                break
            if len(digits) >= SHORTEST:
                yield digits
