"""Paths into the spec: as a person writes them (`sources[0].rate`), as Pydantic gives them, and what lies there."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from archgen.spec.model import Spec
from archgen.spec.section import Section
from archgen.spec.written import shown

Loc = tuple[str | int, ...]
"""Keys and list indices from the root: `("sources", 0, "rate")`."""

_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[[\w-]+\])*")
_STEP = re.compile(r"(?P<key>[A-Za-z_][\w-]*)|\[(?P<item>[\w-]+)\]")
_PLAIN_KEY = re.compile(r"[\w-]{1,60}")


def dotted(loc: Loc) -> str:
    """`loc` as a person writes it; a key that is no plain word is shown escaped."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += ("." if path else "") + (part if _PLAIN_KEY.fullmatch(part) else shown(part))
    return path


def value_at(spec: Spec, path: str) -> Any:
    """The value at a dotted path: `workload.traffic.peak`, `sources[0].rate`, `sources[core-banking].changes`.

    Raises `LookupError` when the path is malformed, or names no field, key or list item of this spec.
    """
    if not _PATH.fullmatch(path):
        raise LookupError(f"{shown(path)} is no path such as `workload.traffic.peak` or `sources[core-banking].rate`")
    value: Any = spec
    for step in _STEP.finditer(path):
        try:
            value = _item(value, step["item"]) if step["item"] else _field(value, step["key"])
        except LookupError:
            raise LookupError(f"the spec has nothing at {path} (it ends before {step[0]})") from None
    return value


def _field(value: Any, key: str) -> Any:
    if isinstance(value, Section) and key in type(value).model_fields:
        return getattr(value, key)
    if isinstance(value, Mapping):
        return value[key]
    raise LookupError(key)


def _item(value: Any, item: str) -> Any:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise LookupError(item)
    if item.isdecimal():
        return value[int(item)]
    for member in value:
        if getattr(member, "id", member) == item:
            return member
    raise LookupError(item)


def section_of(annotation: Any) -> type[Section] | None:
    """The section that an annotation holds, directly, in a list or as an alternative to None."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for part in get_args(annotation) if (found := section_of(part))), None)


def section_at(loc: Loc) -> type[Section] | None:
    """The section that the model has at `loc`, or None where it has a plain value or nothing."""
    section: type[Section] | None = Spec
    for part in loc:
        if isinstance(part, str):
            field = section.model_fields.get(part) if section else None
            section = section_of(field.annotation) if field else None
    return section


def field_at(loc: Loc) -> FieldInfo | None:
    """The field of the model that `loc`, or what holds it (a list, a mapping of names), is the value of."""
    section: type[Section] | None = Spec
    field: FieldInfo | None = None
    for part in loc:
        if isinstance(part, str) and section:
            field = section.model_fields.get(part)
            section = section_of(field.annotation) if field else None
    return field


def paths_to(name: str) -> list[str]:
    """Every path of the model that ends in the field `name`, lists written as `sources[]`."""
    return [path for path in _all_paths() if path.rpartition(".")[2] == name]


@functools.cache
def _all_paths(section: type[Section] = Spec, prefix: str = "") -> tuple[str, ...]:
    found: list[str] = []
    for key, field in section.model_fields.items():
        inner = section_of(field.annotation)
        found.append(f"{prefix}{key}")
        if inner:
            listed = "[]" if get_origin(field.annotation) is tuple else ""
            found += _all_paths(inner, f"{prefix}{key}{listed}.")
    return tuple(found)
