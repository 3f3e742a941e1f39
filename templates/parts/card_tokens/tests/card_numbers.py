"""Numbers of no real card that pass every check, made from a seed."""

from __future__ import annotations

from hypothesis import strategies as given

from card_tokens.numbers import passes_check

PUBLISHED = ("4111111111111111", "5555555555554444", "378282246310005", "30569309025904", "3530111333300000")
"""Test numbers that the networks publish."""
_STARTS = (
    ("4", 16),
    ("4", 13),
    ("51", 16),
    ("2221", 16),
    ("37", 15),
    ("36", 14),
    ("3528", 16),
    ("6011", 16),
    ("62", 19),
)


def completed(start: str, length: int, filling: int) -> str:
    """A number of that start and length, with the check digit that makes it valid."""
    body = start + str(filling).zfill(length)[-(length - len(start) - 1) :]
    return next(body + digit for digit in "0123456789" if passes_check(body + digit))


@given.composite
def card_numbers(draw: given.DrawFn) -> str:
    """Valid numbers of several networks."""
    start, length = draw(given.sampled_from(_STARTS))
    return completed(start, length, draw(given.integers(0, 10**19)))


@given.composite
def written(draw: given.DrawFn, number: str) -> str:
    """A number as people and systems write it."""
    between = draw(given.sampled_from(["", " ", "-", ".", "\u2013", "_"]))
    size = draw(given.integers(3, 6))
    return between.join(number[place : place + size] for place in range(0, len(number), size))
