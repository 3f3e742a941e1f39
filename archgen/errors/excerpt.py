"""The line of a file that a problem is about, as a terminal can show it, with a caret under the place.

Columns count characters, terminals count cells: a tab is expanded here and nowhere else, a wide character takes two
cells, a combining mark none, and what a terminal would obey or reorder is written as an escape.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Sequence

from rich.cells import cell_len

LARGEST_READ = 1024 * 1024
"""Bytes of a file that are read for its lines."""
_TAB = 4
_CUT = "..."
# What a YAML parser counts as the end of a line, so that its line numbers find the same line here.
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def printable(text: str) -> str:
    """`text` with all that is no visible character (controls, direction marks, surrogates) as an escape of Python's."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def place_in(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at `offset`, lines ending as in YAML."""
    ends = [found.end() for found in _LINE_END.finditer(text, 0, offset)]
    return len(ends) + 1, offset - (ends[-1] if ends else 0) + 1


def lines_of(path: pathlib.Path) -> Sequence[str]:
    """The lines of a file, undecodable bytes replaced; none where there is no regular file that can be read."""
    try:
        if not path.is_file():  # a pipe has been read already, and would block
            return ()
        with path.open("rb") as stream:
            content = stream.read(LARGEST_READ)
    except (OSError, ValueError):
        return ()
    return _LINE_END.split(content.decode("utf-8", "replace").removeprefix("\ufeff"))


def excerpt(line: str, column: int, width: int) -> tuple[str, str]:
    """The line as it can be shown, and the caret for below it; `column` counts from 1, `width` is in cells.

    Of a line that is wider than `width` the part around the column is shown, the rest is `...`.
    """
    index = min(column - 1, len(line))
    first = max(0, index - width)
    pieces = _pieces(line[first : index + width])
    before, after = pieces[: index - first], pieces[index - first :]
    more = index + width < len(line)
    if first or more or cell_len("".join(pieces)) > width:
        before = _last(before, width // 2, cut=first > 0)
        after = _first(after, width - cell_len("".join(before)), cut=more)
    shown = "".join(before)
    return (shown + "".join(after)).rstrip(), " " * cell_len(shown) + "^"


def _pieces(text: str) -> list[str]:
    """What each character is shown as."""
    pieces, cells = [], 0
    for char in text:
        piece = " " * (_TAB - cells % _TAB) if char == "\t" else printable(char)
        pieces.append(piece)
        cells += cell_len(piece)
    return pieces


def _last(pieces: list[str], width: int, *, cut: bool) -> list[str]:
    """As many of the last pieces as fit, `...` for those that do not."""
    return _first(pieces[::-1], width, cut=cut)[::-1]


def _first(pieces: list[str], width: int, *, cut: bool) -> list[str]:
    if not cut and cell_len("".join(pieces)) <= width:
        return pieces
    kept, cells = [], len(_CUT)
    for piece in pieces:
        cells += cell_len(piece)
        if cells > width:
            break
        kept.append(piece)
    return [*kept, _CUT]
