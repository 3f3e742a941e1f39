"""A stream takes records up to a size and gives them back for a time; either limit alone rules it out."""

from __future__ import annotations

import pytest

from archgen.services.roles.event_stream import stream_limits


@pytest.mark.parametrize(
    ("record_bytes", "replay_hours", "violated"),
    [
        (1000, 24, []),
        (1001, 24, ["record_bytes"]),
        (1000, 25, ["replay_hours"]),
        (1001, 25, ["record_bytes", "replay_hours"]),
    ],
)
def test_each_limit_is_named_that_is_crossed(record_bytes: int, replay_hours: int, violated: list[str]) -> None:
    found = stream_limits(
        {"record_bytes": record_bytes, "replay_hours": replay_hours},
        record_bytes=1000,
        record_reason="larger content belongs in the lake",
        replay_hours=24,
        replay_reason="older records are replayed from the lake",
    )
    assert [violation.need for violation in found] == violated
