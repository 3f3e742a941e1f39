"""The gate that each event passes on arrival: behind it there is no card number, in whatever field it came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from event_contract.events import Event, EventInvalid, parse_document, read_event

from .keyring import Keyring
from .numbers import digits_of, holds_card_number, passes_check

CARD = "card"
"""The one entity whose value may be a card number when it arrives."""
_PLACES = frozenset({"id", "time", "amount", "entities", "attributes"})
_TIME = "time"


@dataclass(frozen=True, slots=True)
class Passed:
    """An event without a card number, and the bytes to pass on: as they came, or with the token in place."""

    event: Event
    payload: bytes


class CardGuard:
    """Makes tokens of card numbers in `entities.card` and refuses them everywhere else.

    Args:
        keyring: None where tokens arrive already: then a card number is refused in `entities.card` too.
    """

    def __init__(self, keyring: Keyring | None) -> None:
        self._keyring = keyring

    @property
    def makes_tokens(self) -> bool:
        """Whether card numbers are expected to arrive."""
        return self._keyring is not None

    def admit(self, payload: bytes) -> Passed:
        """Read one event.

        Raises:
            EventInvalid: no event, or a card number where none may be; the reason repeats nothing of it.
        """
        document = parse_document(payload)
        changed = self._replace_card(document)
        for place, holds in _places(document):
            if holds:
                raise EventInvalid(f"card-number at {place}")
        event = read_event(document)
        return Passed(event, json.dumps(document, separators=(",", ":")).encode() if changed else payload)

    def keeps(self, payload: bytes) -> bytes:
        """What may be kept of a payload that was refused: all of it, or nothing.

        Where card numbers arrive, what cannot be read cannot be known to hold none, and nothing is kept.
        """
        if self.makes_tokens:
            return b""
        try:
            found = any(holds for _, holds in _places(parse_document(payload)))
        except EventInvalid:
            found = False
        # Besides, as it is written: what is no JSON, or has one name twice, is not seen whole above. Zeros stand
        # between the characters of an encoding of two bytes each.
        written = payload.replace(b"\0", b"").decode("latin-1")
        return b"" if found or holds_card_number(written) else payload

    def _replace_card(self, document: Any) -> bool:
        entities = document.get("entities") if isinstance(document, dict) else None
        value = entities.get(CARD) if isinstance(entities, dict) else None
        digits = digits_of(value) if isinstance(value, str) else None
        if digits is None or self._keyring is None:
            return False
        if not passes_check(digits):
            raise EventInvalid("check digit at entities.card")
        assert isinstance(entities, dict)
        entities[CARD] = self._keyring.token(digits)
        return True


def _places(document: Any) -> Iterator[tuple[str, bool]]:
    """Every name and value of a document, as the part of the event that it stands in, and whether it holds a number."""
    waiting: list[tuple[str, Any]] = [("event", document)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            for name, item in value.items():
                yield place, holds_card_number(name)
                waiting.append((_inside(place, name), item))
        elif isinstance(value, list):
            waiting += [(place, item) for item in value]
        elif isinstance(value, str):
            # A time is digits in groups; a number in one piece could only hide in its fraction.
            yield place, holds_card_number(value, grouped=place != _TIME)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield place, holds_card_number(_written(value))


def _inside(place: str, name: str) -> str:
    """The part of the event that a name leads to. A name that the sender chose is not repeated."""
    if place != "event":
        return place
    return name if name in _PLACES else "*"


def _written(value: float) -> str:
    """A number with all of its digits, however it was written: 4.1e15 is as good as 4100000000000000."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e20:
        return str(int(value))
    return str(value)
