"""Examples of fields, for hints and for the schema: taken from the field, else from its type, else put together."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic.fields import FieldInfo

from archgen.spec.document import plain_scalar
from archgen.spec.paths import section_of
from archgen.spec.section import Section
from archgen.spec.written import Written

# No indicator of YAML, no space at an end: plain in a block and within braces.
_PLAIN = re.compile(r"[A-Za-z0-9.+-]([A-Za-z0-9 ._/%+@-]*[A-Za-z0-9._/%+@-])?")


def examples_of(field: FieldInfo) -> list[Any]:
    """Examples of a field's value as plain YAML values; a section's is put together from its fields'."""
    if field.examples:
        return list(field.examples)
    section = section_of(field.annotation)
    return [_of_section(section)] if section else _of_type(field.annotation)


def inline(value: Any) -> str:
    """A plain value as YAML has it on one line: read back it is the same, whatever characters a text has."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and not value.startswith(("- ", "---", "...")) and value != "-"
    if plain and plain_scalar(value) == value:
        return value
    quoted = json.dumps(value, ensure_ascii=False)  # a string of JSON is one of YAML
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in quoted)


def _of_section(section: type[Section]) -> dict[str, Any]:
    """The required fields, or all where none is required."""
    fields = section.model_fields
    required = {name: field for name, field in fields.items() if field.is_required()} or fields
    return {name: examples_of(field)[0] for name, field in required.items()}


def _of_type(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, Written):
        return list(annotation.examples)
    return next((found for part in get_args(annotation) if (found := _of_type(part))), [])
