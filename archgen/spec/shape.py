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
from archgen.spec.units import NO_DATE, UNIT_MISSING
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
_SPLIT_NUMBER = re.compile(r"[0-9]{3}(?![0-9])")
_ALSO_CALLED: Mapping[str, str] = {
    "amazon": "aws",
    "amazon-web-services": "aws",
    "google": "gcp",
    "google-cloud": "gcp",
    "microsoft": "azure",
    "real-time": "online",
    "realtime": "online",
    "nightly": "daily",
    "production": "prod",
    "development": "dev",
}
"""What people write for a word of the spec: for hints only, nothing of it is accepted."""


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
        if detail["type"] == "too_short" and detail["input"]:
            continue  # Pydantic counts the sound items only; what is wrong with the others is said beside it
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
        return _Said(kind, detail["msg"], context["expected"], _hint(context["hint"], kind, found, loc))
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


def _hint(said: str, kind: str, found: Any, loc: Loc) -> str | None:
    """The hint that came with an error, an example of the field where there is none or one would complete it."""
    if isinstance(found, list):
        return _without_brackets(found)
    if said and said not in (UNIT_MISSING, NO_DATE):
        return said
    field = field_at(loc)
    examples = examples_of(field)[:2] if field and kind in ("wrong-unit", "wrong-id") else []
    plain = [example for example in examples if isinstance(example, str | int | float)]
    example = "for example " + " or ".join(f"`{one}`" for one in plain) if plain else ""
    return ", ".join(part for part in (said, example) if part) or None


def _without_brackets(found: list[Any]) -> str | None:
    if len(found) == 1 and isinstance(found[0], str | int | float) and str(found[0]).isprintable():
        return f"write `{inline(found[0])[:_LONGEST_COMPARED]}` without the brackets"
    return None


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
    elif _SPLIT_NUMBER.match(name):
        hint = "a comma ends a value here: write the number before it without separators"
    return _Said("unknown-field", f"{shown(loc[-1])} is no field here", f"one of {', '.join(known)}", hint)


def _unknown_word(found: Any, words: list[str]) -> _Said:
    plain = str(found)[:_LONGEST_COMPARED].lower().replace("_", "-").replace(" ", "-") if isinstance(found, str) else ""
    also = _ALSO_CALLED.get(plain)
    close = [also] if also in words else difflib.get_close_matches(plain, words, n=1, cutoff=0.5)
    hint = f"did you mean `{close[0]}`?" if close else None
    if isinstance(found, list):
        hint = _without_brackets(found)
    return _Said("unknown-word", f"{shown(found)} is no known word", f"one of {', '.join(words)}", hint)


def _wrong_type(kind: str, found: Any, loc: Loc) -> _Said:
    expected = _WRONG_TYPE.get(kind)
    section = section_at(loc)
    hint = _without_brackets(found) if isinstance(found, list) else None
    if kind == "model_type" and section:
        expected = f"a mapping with the fields {', '.join(section.model_fields)}"
        field = field_at(loc)
        if field and not isinstance(loc[-1], int):
            hint = f"for example `{loc[-1]}: {inline(examples_of(field)[0])}`"
    if kind == "string_type" and isinstance(found, int | float):
        hint = "put it in quotes if it is meant as a text"
    if kind == "bool_type" and isinstance(found, str):
        plain = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(found.lower())
        hint = f"write `{plain}`" if plain else "YAML 1.2 knows no other words for it"
    if kind == "tuple_type" and isinstance(found, str):
        what = "a list" if "," in found else "a list of one"
        hint = f"{what}: `[{found[:_LONGEST_COMPARED]}]`" if found.isprintable() else None
    return _Said("wrong-type", f"{_kind_of(found)} stands here", expected, hint)


def _kind_of(found: Any) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, dict):
        return "a mapping"
    return "a list" if isinstance(found, list) else shown(found)
