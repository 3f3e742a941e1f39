"""Text as it will be drawn: measured with the bundled font, wrapped to a width, and names made from ids."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping
from functools import cache

FONTS = pathlib.Path(__file__).parent / "fonts"
FAMILY = "Inter"
REGULAR, BOLD = "Regular", "SemiBold"
FILES = (FONTS / "Inter-Regular.otf", FONTS / "Inter-SemiBold.otf")
MISSING = 1000
"""Advance of a character that the font lacks, in thousandths of the size: as wide as any that may stand for it."""

_SHORT = 4
"""Names of so many letters need no initials."""


@cache
def _advances(weight: str) -> Mapping[str, int]:
    data = json.loads((FONTS / "advances.json").read_text(encoding="utf-8"))
    return {char: int(advance) for chars, advance in data["advances"][weight].items() for char in chars}


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line in the unit of `size`. The fonts have no kerning, so advances simply add up."""
    advances = _advances(BOLD if bold else REGULAR)
    return sum(advances.get(char, MISSING) for char in text) * size / 1000


def drawable(text: str) -> str:
    """The text on one line, with what no renderer of ours can draw replaced by a question mark."""
    known = _advances(REGULAR)
    return "".join(char if char in known else "?" for char in " ".join(text.split()))


def wrap(text: str, size: float, limit: float, *, bold: bool = False) -> tuple[str, ...]:
    """Lines of at most `limit`, as equal as their number allows. A word is broken only if it alone is longer."""
    words = [part for word in text.split() for part in _parts(word, size, limit, bold)]
    if not words:
        return ()
    lines = _filled(words, size, limit, bold)
    low, high = max(width(word, size, bold=bold) for word in words), limit
    for _ in range(8):
        middle = (low + high) / 2
        if len(_filled(words, size, middle, bold)) <= len(lines):
            high = middle
        else:
            low = middle
    return tuple(_filled(words, size, high, bold))


def _filled(words: list[str], size: float, limit: float, bold: bool) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if width(longer, size, bold=bold) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _parts(word: str, size: float, limit: float, bold: bool) -> list[str]:
    parts = [""]
    for char in word:
        if parts[-1] and width(parts[-1] + char, size, bold=bold) > limit:
            parts.append("")
        parts[-1] += char
    return parts


def spoken(id: str) -> str:
    """An id as people read it: `event-lake` becomes `Event lake`."""
    words = id.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def initials(title: str) -> str:
    """A few letters that stand for a product without an icon: short names whole, others by their first letters."""
    if len(title) <= _SHORT:
        return title.upper()
    words = [word for word in title.replace("-", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() if len(words) > 1 else title[:2].upper()
