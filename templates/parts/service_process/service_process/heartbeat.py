"""Health of a loop without a port: `python -m service_process.heartbeat` is 0 while the loop turns.

A source or target that is down does not make the loop unhealthy: a restart would not help. Retries count as turns.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

HEARTBEAT = Path(tempfile.gettempdir()) / "service-alive"
# The longest quiet stretch of a turn is one write that waits for its time-outs.
STALE_SECONDS = 90.0


def beat(path: Path = HEARTBEAT) -> None:
    """Note that the loop turns."""
    path.touch()


def healthy(path: Path = HEARTBEAT, now: float | None = None) -> bool:
    """Whether the loop turned within the last 90 s; `now` is in seconds since the epoch."""
    try:
        age = (time.time() if now is None else now) - path.stat().st_mtime
    except FileNotFoundError:
        return False
    return age < STALE_SECONDS


if __name__ == "__main__":
    sys.exit(0 if healthy() else 1)
