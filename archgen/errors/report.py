"""Problems as a terminal shows them: place, message and id, the line with a caret, what was expected, what to do."""

from __future__ import annotations

import functools
import pathlib
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence

from archgen.errors import Problem
from archgen.errors.excerpt import excerpt, lines_of, printable

UNWRAPPED = 120
"""Cells of a shown line where there is no terminal whose width could be asked for."""
_NARROWEST = 40

_Lines = Callable[[pathlib.Path], Sequence[str]]


def reports(problems: Iterable[Problem], width: int | None = None) -> Iterator[str]:
    """Each problem as text of several lines; `width` is the terminal's in cells, None leaves sentences unbroken.

    The lines of a file are read from the disk, once however many problems it has, and left out where they cannot be.
    """
    lines = functools.cache(lines_of)
    for problem in problems:
        yield _report(problem, None if width is None else max(width, _NARROWEST), lines)


def _report(problem: Problem, width: int | None, lines_of: _Lines) -> str:
    where = _where(problem.file, problem.line, problem.column)
    head = ": ".join(part for part in (where, problem.path, problem.message) if part)
    lines = [*_wrapped(f"{head} [{problem.id}]", "", width), *_excerpt(problem, width or UNWRAPPED, lines_of)]
    if problem.expected:
        lines += _wrapped(f"expected: {problem.expected}", "  ", width)
    for place in problem.related:
        said = _where(problem.file, place.line, place.column) if place.line else ""
        lines += _wrapped("see also: " + ": ".join(part for part in (said, place.path) if part), "  ", width)
    if problem.hint:
        lines += _wrapped(f"hint: {problem.hint}", "  ", width)
    return "\n".join(lines)


def _where(*parts: str | int | None) -> str:
    return ":".join(str(part) for part in parts if part is not None)


def _wrapped(text: str, indent: str, width: int | None) -> list[str]:
    paragraphs = [printable(line) for line in text.splitlines()]
    if width is None:
        return [f"{indent}{line}" if number == 0 else f"{indent}  {line}" for number, line in enumerate(paragraphs)]
    return [
        line
        for number, paragraph in enumerate(paragraphs)
        for line in textwrap.wrap(
            paragraph,
            width,
            initial_indent=indent if number == 0 else f"{indent}  ",
            subsequent_indent=f"{indent}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]


def _excerpt(problem: Problem, width: int, lines_of: _Lines) -> list[str]:
    if problem.file is None or problem.line is None:
        return []
    lines = lines_of(pathlib.Path(problem.file))
    line = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
    if not line.strip():
        return []
    number = f"{problem.line:>5}"
    shown, caret = excerpt(line, problem.column or 1, width - len(number) - len(" | "))
    below = [f"{' ' * len(number)} | {caret}"] if problem.column else []
    return [f"{number} | {shown}", *below]
