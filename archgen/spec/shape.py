"""What Pydantic finds wrong with the shape of a spec -> problems that a person can act on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from archgen.errors import Problem
from archgen.spec.document import Document
from archgen.spec.examples import examples_of, inline
from archgen.spec.paths import Loc, dotted, field_at, paths_to, section_at
from archgen.spec.written import shown

_WRONG_TYPE: Mapping[str, str] = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "mapping_type": "a mapping of names to values",
    "dict_type": "a mapping of names to values",
}
_OUT_OF_RANGE = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
_LONGEST_COMPARED = 60


class _Said(NamedTuple):
    id: str
    message: str
    expected: str | None
    hint: str | None


def shape_problems(error: ValidationError, document: Document) -> list[Problem]:
    """One problem for each place that Pydantic finds wrong, in the order of its model."""
    problems: dict[tuple[str, str], Problem] = {}
    for detail in error.errors(include_url=False):
        full: Loc = detail["loc"]
        is_key = detail["type"] == "extra_forbidden" or full[-1:] == ("[key]",)
        held = document.nearest(full)
        loc = full if detail["type"] == "missing" else held
        position = document.place(held, key=is_key or detail["type"] == "missing")
        said = _said(detail, loc)
        problem = Problem(
            id=said.id,
            message=said.message,
            expected=said.expected,
            hint=said.hint,
            path=dotted(loc),
            file=document.file,
            line=position.line,
            column=position.column,
        )
        problems.setdefault((problem.path, problem.id), problem)
    return list(problems.values())


def _said(detail: ErrorDetails, loc: Loc) -> _Said:
    kind, found, context = detail["type"], detail["input"], detail.get("ctx", {})
    if "found" in context:
        return _Said(kind, detail["msg"], context["expected"], context["hint"] or None)
    if kind == "missing":
        return _missing(loc)
    if kind == "extra_forbidden":
        return _unknown_field(loc)
    if kind == "literal_error":
        return _unknown_word(found, re.findall(r"'([^']*)'", context["expected"]))
    if kind == "too_short":
        return _Said("empty-list", "the list is empty", "at least one item", None)
    if kind in _OUT_OF_RANGE:
        limit, words = _OUT_OF_RANGE[kind]
        return _Said("out-of-range", f"{shown(found)} is out of range", f"{words} {context[limit]}", None)
    return _wrong_type(kind, found, loc)


def _missing(loc: Loc) -> _Said:
    message = f"the field `{loc[-1]}` is missing"
    field = field_at(loc)
    if field is None:
        return _Said("missing-field", message, None, None)
    hint = f"for example `{loc[-1]}: {inline(examples_of(field)[0])}`"
    return _Said("missing-field", message, (field.description or "").rstrip("."), hint)


def _unknown_field(loc: Loc) -> _Said:
    name = str(loc[-1])[:_LONGEST_COMPARED]
    section = section_at(loc[:-1])
    known = list(section.model_fields) if section else []
    close = difflib.get_close_matches(name.lower().replace("-", "_"), known, n=1)
    elsewhere = [] if close else paths_to(name)
    hint = f"did you mean `{close[0]}`?" if close else None
    if elsewhere:
        hint = f"it belongs to `{elsewhere[0]}`"
    return _Said("unknown-field", f"{shown(loc[-1])} is no field here", f"one of {', '.join(known)}", hint)


def _unknown_word(found: Any, words: list[str]) -> _Said:
    plain = str(found)[:_LONGEST_COMPARED].lower().replace("_", "-").replace(" ", "-") if isinstance(found, str) else ""
    close = difflib.get_close_matches(plain, words, n=1, cutoff=0.5)
    hint = f"did you mean `{close[0]}`?" if close else None
    return _Said("unknown-word", f"{shown(found)} is no known word", f"one of {', '.join(words)}", hint)


def _wrong_type(kind: str, found: Any, loc: Loc) -> _Said:
    expected = _WRONG_TYPE.get(kind)
    section = section_at(loc)
    if kind == "model_type" and section:
        expected = f"a mapping with the fields {', '.join(section.model_fields)}"
    hint = None
    if kind == "string_type" and isinstance(found, int | float):
        hint = "put it in quotes if it is meant as a text"
    if kind == "bool_type" and isinstance(found, str):
        hint = "YAML 1.2 knows no other words, such as `yes` or `on`"
    if kind == "tuple_type" and isinstance(found, str):
        hint = f"a list of one: `[{found[:_LONGEST_COMPARED]}]`" if found.isprintable() else None
    return _Said("wrong-type", f"{_kind_of(found)} stands here", expected, hint)


def _kind_of(found: Any) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, dict):
        return "a mapping"
    return "a list" if isinstance(found, list) else shown(found)
