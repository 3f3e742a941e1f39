"""Events as JSON, for the tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any


def payload(number: int, time_ms: int, *, amount: str = "10.00", currency: str = "EUR", **entities: str) -> bytes:
    """One event's bytes; entities default to one card."""
    document: dict[str, Any] = {
        "id": f"event-{number}",
        "time": datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(),
        "amount": {"value": amount, "currency": currency},
        "entities": entities or {"card": "tok_card"},
    }
    return json.dumps(document).encode()
