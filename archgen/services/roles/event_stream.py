"""Event stream: how large its records may be, and how far back they can be read again."""

from __future__ import annotations

from archgen.services.limits import above
from archgen.services.service import Violation
from archgen.topology import Needs


def stream_limits(
    needs: Needs, *, record_bytes: int, record_reason: str, replay_hours: int, replay_reason: str
) -> tuple[Violation, ...]:
    """Whether records are larger, or are read again later, than the stream allows."""
    return (
        *above(needs, "record_bytes", record_bytes, "bytes", record_reason),
        *above(needs, "replay_hours", replay_hours, "h", replay_reason),
    )
