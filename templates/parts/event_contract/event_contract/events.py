"""The event contract: JSON that follows `event.schema.json`, or a reason why it does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastjsonschema

SCHEMA = Path(__file__).with_name("event.schema.json")
# Names that a reason may repeat. Any other name in a path came from the sender, and a payload never reaches a log.
_KNOWN_NAMES = frozenset(
    {"id", "time", "amount", "value", "currency", "entities", "attributes", "card", "merchant", "device"}
)


class EventInvalid(ValueError):
    """The bytes are no event. `reason` names the rule and the place, never a value of the payload."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Event:
    """One valid event. `time` is aware; `amount` is in units of `currency`; `document` is the JSON as received."""

    id: str
    time: datetime
    amount: Decimal
    currency: str
    entities: Mapping[str, str]
    attributes: Mapping[str, str | float | bool]
    document: Mapping[str, Any]


def parse_event(payload: bytes) -> Event:
    """Read one event.

    Raises:
        EventInvalid: not UTF-8 JSON, or against the schema.
    """
    return read_event(parse_document(payload))


def parse_document(payload: bytes) -> Any:
    """Read JSON, without asking whether it is an event.

    Raises:
        EventInvalid: not UTF-8 JSON, or one name twice in an object: readers take different ones of the two.
    """
    try:
        return json.loads(payload, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except EventInvalid:
        raise
    except (ValueError, RecursionError) as error:
        raise EventInvalid("not-json") from error


def read_event(document: Any) -> Event:
    """Read one event from its parsed JSON.

    Raises:
        EventInvalid: against the schema.
    """
    try:
        _validate(document)
        time = datetime.fromisoformat(document["time"])
    except fastjsonschema.JsonSchemaValueException as error:
        raise EventInvalid(f"{error.rule} at {_place(error)}") from error
    except ValueError as error:
        raise EventInvalid("format at time") from error
    if time.tzinfo is None:
        raise EventInvalid("offset missing at time")
    return Event(
        id=document["id"],
        time=time,
        amount=Decimal(document["amount"]["value"]),
        currency=document["amount"]["currency"],
        entities=document["entities"],
        attributes=document.get("attributes", {}),
        document=document,
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise EventInvalid("name twice in an object")
    return document


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _place(error: fastjsonschema.JsonSchemaValueException) -> str:
    names = error.path[1:]
    return ".".join(name if name in _KNOWN_NAMES else "*" for name in names) or "event"


_validate: Callable[[Any], Any] = fastjsonschema.compile(json.loads(SCHEMA.read_text(encoding="utf-8")))
