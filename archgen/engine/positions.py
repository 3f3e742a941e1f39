"""Which line of a project is meant: from a stack of frames to the one that a reader would look at."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

READERS_FILES = ("component.py", "__main__.py")
"""Files that say what a platform is made of. Helper modules that they share are passed over: a finding has to name the
component that asked, not the helper that every component calls."""


@dataclass(frozen=True)
class Position:
    """A line of a project; `file` is relative to the project's root."""

    file: str
    line: int


def choose(root: Path, frames: Iterable[tuple[str, int]]) -> Position | None:
    """The frame to show of `frames` (file, line), innermost first; None when none of them lies in the project."""
    inside = list(_inside_of(root, frames))
    readable = [position for position in inside if Path(position.file).name in READERS_FILES]
    return next(iter(readable or inside), None)


def of_stack_trace(root: Path, frames: Iterable[tuple[str, int]]) -> Position | None:
    """The position of a request's stack trace: (URI, line), innermost first."""
    return choose(root, ((url2pathname(unquote(urlsplit(uri).path)), line) for uri, line in frames))


def of_exception(root: Path, error: BaseException) -> Position | None:
    """The innermost line of the project where an exception, or else one of its causes, arose."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        for found in _inside_of(root, _frames_of(cause)):
            return found
        cause = cause.__cause__ or cause.__context__
    return None


def of_caller(root: Path) -> Position | None:
    """The position that the running code was called from."""
    return choose(root, _callers(sys._getframe(1)))


def _frames_of(error: BaseException) -> list[tuple[str, int]]:
    frames = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((error.filename, error.lineno or 0))
    return frames[::-1]


def _callers(frame: FrameType | None) -> Iterator[tuple[str, int]]:
    while frame is not None:
        yield frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back


def _inside_of(root: Path, frames: Iterable[tuple[str, int]]) -> Iterator[Position]:
    return (position for file, line in frames if (position := _inside(root, file, line)) is not None)


def _inside(root: Path, file: str, line: int) -> Position | None:
    # A virtual environment commonly lies inside the project: its packages are not the project's code.
    path = Path(file)
    if not path.is_relative_to(root) or "site-packages" in path.parts:
        return None
    return Position(path.relative_to(root).as_posix(), line)
