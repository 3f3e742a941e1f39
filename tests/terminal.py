"""A pseudo-terminal with a program on it: what a person would type, and what they would see."""

from __future__ import annotations

import errno
import os
import pathlib
import pty
import select
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

INTERRUPT = b"\x03"
"""Ctrl-C. Python misses one that comes between its prompt and its reading, so it is typed again, as a person would."""
_SECONDS = 20.0
_PATIENCE = 1.0


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a program showed, and the status that it ended with (128 + signal where one ended it)."""

    text: str
    status: int


def typed(program: Sequence[str], dialogue: Sequence[tuple[str, bytes]], cwd: pathlib.Path, **variables: str) -> Seen:
    """Run a program on a terminal: as soon as it has shown a text of the dialogue, the bytes beside it are typed."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cwd)
        # Whoever runs the tests in the background of a shell without job control has Ctrl-C ignored, and so would it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execvpe(program[0], list(program), _environment(variables))
    shown, at, deadline = "", 0, time.monotonic() + _SECONDS
    try:
        for awaited, keys in dialogue:
            while awaited not in shown[at:]:
                part = _read(terminal, deadline - time.monotonic())
                assert part, f"'{awaited}' was not shown:\n{shown}"
                shown += part
            at += shown[at:].index(awaited) + len(awaited)
            os.write(terminal, keys)
        while (part := _read(terminal, _PATIENCE)) != "":
            assert time.monotonic() < deadline, f"it did not end:\n{shown}"
            shown += part or ""
            if part is None and dialogue[-1][1] == INTERRUPT:
                os.write(terminal, INTERRUPT)
        return Seen(text=shown, status=os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    finally:
        os.close(terminal)


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "TERM": "dumb", **variables}


def _read(terminal: int, seconds: float) -> str | None:
    """What is shown next: nothing ("") when the program has ended, None when it shows nothing for so long."""
    ready, _, _ = select.select([terminal], [], [], max(0.0, seconds))
    if not ready:
        return None
    try:
        return os.read(terminal, 4096).decode("utf-8", "replace")
    except OSError as ended:
        if ended.errno != errno.EIO:  # how Linux says that nobody holds the other end any more
            raise
        return ""
