"""A valid event, to be changed by the tests."""

from __future__ import annotations

import json
from typing import Any

from event_contract.events import Event, parse_event

TOKENS = {"card": "tok_card_7f3", "merchant": "tok_merchant_9a1", "device": "tok_device_42b"}


def document(**changes: Any) -> dict[str, Any]:
    """A valid event as JSON."""
    event = {
        "id": "event-1",
        "time": "2026-11-01T10:00:00+01:00",
        "amount": {"value": "12.34", "currency": "EUR"},
        "entities": dict(TOKENS),
        "attributes": {"channel": "ecommerce", "attempt": 1},
    }
    return event | changes


def event(**changes: Any) -> Event:
    """A valid event."""
    return parse_event(json.dumps(document(**changes)).encode())
