"""The page of the spec's fields, generated from the models: path, kind, default, meaning and example of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from archgen.documents.markdown import table
from archgen.spec import Spec
from archgen.spec.amounts import Level, Money, TimeOfDay
from archgen.spec.examples import examples_of, inline
from archgen.spec.kinds import words_of, written_of
from archgen.spec.paths import section_of
from archgen.spec.section import (
    LONGEST_ID,
    ComponentId,
    Id,
    Identifier,
    Region,
    Section,
    Territory,
    Text,
    TimeZone,
)
from archgen.spec.units import Availability, Count, Duration, Growth, Rate, Share, Size
from archgen.spec.written import Written

KINDS: Mapping[str, type[Written]] = {
    "rate": Rate,
    "duration": Duration,
    "size": Size,
    "share": Share,
    "availability": Availability,
    "growth": Growth,
    "count": Count,
    "money": Money,
    "time of day": TimeOfDay,
    "level": Level,
}
"""What a quantity is called on the page -> its kind; the kinds that also take zero go by the name of the others."""

_TEXTS: Mapping[str, tuple[tuple[Any, ...], str]] = {
    "id": ((Id, ComponentId), f"lower-case words joined by `-`, a letter first, at most {LONGEST_ID} characters"),
    "name": ((Identifier,), f"lower-case words joined by `_`, a letter first, at most {2 * LONGEST_ID} characters"),
    "line": ((Text,), "one line of 1 to 500 printable characters"),
    "territory": ((Territory,), "`eu`, `eea`, or a country by its two letters of ISO 3166-1, lower case"),
    "region": ((Region,), "the cloud's own name of a region"),
    "time zone": ((TimeZone,), "a name of the IANA time zone database"),
}
"""What a text is called on the page -> its types, and how it is written."""

_HEAD = """\
# Fields of a spec

Every field with its path, what it holds, its default, what it means and an example. `archgen init` writes a first spec,
`archgen validate` checks one, and `archgen schema` prints the same as JSON Schema for editors. `archgen init` also
writes that schema beside the spec and names it in the first line, `# yaml-language-server: $schema=...`, so that an
editor completes and checks while one types; `archgen generate` writes it into its folder too, and
`archgen schema > .archgen/spec.schema.json` renews it.

An unknown field is an error. `[]` in a path stands for each item of a list, `<name>` for a name of your own. "required"
holds where the section around it is there. `python -m scripts.write_fields` writes this page.

## Quantities
A quantity is a text with its unit; nothing is guessed."""


@dataclass(frozen=True, kw_only=True)
class FieldRow:
    """One field of the spec as the page shows it. `example` is a value as YAML has it on one line."""

    path: str
    holds: str
    default: str
    meaning: str
    example: str


def field_rows(section: type[Section] = Spec, prefix: str = "") -> tuple[FieldRow, ...]:
    """A row for each field of a section and of those within it, in the order of the models."""
    return tuple(_rows(section, prefix))


def fields_page() -> str:
    """The page as Markdown."""
    kinds = (
        (name, kind.expected, ", ".join(f"`{inline(example)}`" for example in kind.examples))
        for name, kind in KINDS.items()
    )
    parts = [_HEAD, table(("kind", "written as", "examples"), (_cells(row) for row in kinds))]
    parts += ["## Texts", table(("kind", "written as"), ((name, how) for name, (_, how) in _TEXTS.items()))]
    for name, rows in _by_section(field_rows()).items():
        title = f"## `{name}`" if name else "## The whole"
        parts += [title, table(("path", "holds", "default", "meaning", "example"), (_row(row) for row in rows))]
    return "\n\n".join(parts) + "\n"


def _by_section(rows: Sequence[FieldRow]) -> dict[str, list[FieldRow]]:
    """The rows by the first step of their path; fields of the spec itself that hold no section come first."""
    deep = {_first(row.path) for row in rows if row.path != _first(row.path)}
    grouped: dict[str, list[FieldRow]] = {"": []}
    for row in rows:
        first = _first(row.path)
        grouped.setdefault(first if first in deep else "", []).append(row)
    return grouped


def _first(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _rows(section: type[Section], prefix: str) -> Iterator[FieldRow]:
    for name, field in section.model_fields.items():
        inner, path = section_of(field.annotation), f"{prefix}{name}"
        listed = get_origin(field.annotation) is tuple
        named = not listed and inner is None and _keyed(field.annotation)
        yield FieldRow(
            path=f"{path}.<name>" if named else path,
            holds=_holds(field, inner, listed),
            default=_default(field),
            meaning=field.description or "",
            example=_example(field, named),
        )
        if inner:
            yield from _rows(inner, f"{path}[]." if listed else f"{path}.")


def _holds(field: FieldInfo, inner: type[Section] | None, listed: bool) -> str:
    held = _kind(field.annotation, field.metadata) if inner is None else "section"
    return f"list of: {held}" if listed else held


def _kind(annotation: Any, metadata: Sequence[Any]) -> str:
    """What a plain field, or an item of its list, holds in the words of the page."""
    if words := words_of(annotation):
        return ", ".join(f"`{word}`" for word in words)
    if _keyed(annotation):
        return _kind_of_entry(annotation)
    if written := written_of(annotation):
        name = next(name for name, kind in reversed(list(KINDS.items())) if issubclass(written, kind))
        return f"{name} or zero" if getattr(written, "zero_allowed", False) else name
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    types = _types(annotation)
    return "true or false" if bool in types else "whole number" if int in types else _text_kind(annotation, metadata)


def _kind_of_entry(annotation: Any) -> str:
    """What stands behind a name of one's own."""
    _, entry = get_args(annotation)
    if written_of(entry):
        return "any quantity"
    return _text_kind(entry, ()) if _types(entry) == {str} else "number or line"


def _text_kind(annotation: Any, metadata: Sequence[Any]) -> str:
    """The name of a text's type, which is known by its validator."""
    marks = [*metadata, *getattr(annotation, "__metadata__", ())]
    for name, (kinds, _) in _TEXTS.items():
        if any(get_args(kind)[1] in marks for kind in kinds):
            return name
    return next((found for part in get_args(annotation) if (found := _text_kind(part, ()))), "")


def _types(annotation: Any) -> set[Any]:
    """The plain types within an annotation."""
    if hasattr(annotation, "__metadata__"):
        return _types(annotation.__origin__)
    parts = get_args(annotation)
    return set().union(*(_types(part) for part in parts)) if parts else {annotation}


def _keyed(annotation: Any) -> bool:
    """Whether a field holds names of one's own."""
    origin = get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.default
    if default is None or default is PydanticUndefined or default in ((), {}) or isinstance(default, Section):
        return "left out"
    return f"`{inline(_plain(default))}`"


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Count):
        return int(value)
    return str(value) if isinstance(value, Written) else value


def _example(field: FieldInfo, named: bool) -> str:
    example = examples_of(field)[0]
    return f"`{inline(next(iter(example.values())) if named else example)}`"


def _row(row: FieldRow) -> tuple[str, ...]:
    return tuple(_cells((f"`{row.path}`", row.holds, row.default, row.meaning, row.example)))


def _cells(cells: Sequence[str]) -> Sequence[str]:
    return [cell.replace("|", "\\|") for cell in cells]
