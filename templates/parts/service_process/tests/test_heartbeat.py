from __future__ import annotations

from pathlib import Path

from service_process.heartbeat import STALE_SECONDS, beat, healthy


def test_health_follows_the_heartbeat(tmp_path: Path) -> None:
    path = tmp_path / "alive"
    assert not healthy(path)
    beat(path)
    at = path.stat().st_mtime
    assert healthy(path, now=at + STALE_SECONDS - 1)
    assert not healthy(path, now=at + STALE_SECONDS)
