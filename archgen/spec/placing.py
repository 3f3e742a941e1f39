"""Where in the file the subject of a later problem stands: what is found while designing, shown at its line."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from archgen.errors import Problem, SpecError
from archgen.spec.document import Document
from archgen.spec.paths import Loc
from archgen.spec.reading import document_of

_STEP = re.compile(r"(?P<key>[\w-]+)|\[(?P<item>[\w-]+)\]")


def placed(problems: Iterable[Problem], spec: pathlib.Path) -> tuple[Problem, ...]:
    """The problems with file, line and column of what their `path` names in the spec, where they have none yet."""
    given = tuple(problems)
    if all(problem.file or not problem.path for problem in given):
        return given
    try:
        document = document_of(spec)
    except SpecError:
        return given
    return tuple(problem if problem.file else _placed(problem, document) for problem in given)


def _placed(problem: Problem, document: Document) -> Problem:
    loc = _loc(problem.path, document.values)
    if not document.nearest(loc):
        return problem
    position = document.place(loc, key=problem.of_key)
    return replace(problem, file=document.file, line=position.line, column=position.column)


def _loc(path: str, value: Any) -> Loc:
    """The place that a dotted path means; an item is named by its number or its id."""
    loc: Loc = ()
    for step in _STEP.finditer(path):
        part = step["key"] if step["item"] is None else _index(value, step["item"])
        value = _held(value, part)
        loc = (*loc, part)
    return loc


def _held(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None


def _index(items: Any, item: str) -> int:
    if item.isdecimal():
        return int(item)
    listed = items if isinstance(items, list) else []
    return next((at for at, one in enumerate(listed) if isinstance(one, dict) and one.get("id") == item), len(listed))
