"""Markdown from values: escaping of a spec's free text, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# What begins markup, HTML, an entity, a formula, a mention or a link, in CommonMark or in GitHub's dialect.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$@]|(?<=:)/(?=/)|(?<=\bwww)\.", re.IGNORECASE)
_LINE_START = re.compile(r"^(\d+(?=[.)])|(?=[-+=]))(.)")


def text(value: object) -> str:
    """Free text as Markdown that shows exactly it: nothing in it is markup, a link or HTML."""
    flat = " ".join(str(value).split())
    escaped = _SPECIAL.sub(r"\\\g<0>", flat)
    return _LINE_START.sub(r"\1\\\2", escaped)


def number(value: object) -> str:
    """A figure as people write it: `12,000`, `0.7`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}" if isinstance(value, int | float) else text(value)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; cells are Markdown already."""
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join("---" for _ in head) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
