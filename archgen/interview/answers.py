"""What a person answers -> plain values of a spec file, each at its place. The spec itself judges what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, get_origin

from archgen.errors import Problem, WrongUse
from archgen.spec.kinds import written_of
from archgen.spec.paths import Loc, field_at, section_at
from archgen.spec.section import Section
from archgen.spec.written import shown

Answers = Mapping[Loc, Any]
"""Place in the spec -> the plain value that a person gave."""


def value_of(text: str, loc: Loc) -> Any:
    """What `text` means for the field at `loc`: a list where the field holds one, else a number or a text."""
    field = field_at(loc)
    annotation = field.annotation if field else None
    if get_origin(annotation) is tuple:
        return list_of(text)
    text = text.strip()
    kind = written_of(annotation)
    countable = kind is not None and kind.json_types != ("string",)  # a count, or the level of a KPI
    return int(text) if countable and text.isascii() and text.isdecimal() and len(text) <= 15 else text


def list_of(text: str) -> list[str]:
    """The words of a list, separated by commas, plus signs or blanks."""
    return text.replace(",", " ").replace("+", " ").split()


def item_of(text: str, loc: Loc, option: str) -> dict[Loc, Any]:
    """The answers in `id=orders,system=sap,data=pii+confidential`, for the section at `loc`.

    Raises `WrongUse` naming `option` for a part without `=`, for a field that there is not, and for one given twice.
    """
    section = section_at(loc)
    assert section is not None
    found: dict[Loc, Any] = {}
    for name, value in _pairs(text, section, option):
        here = (*loc, name)
        if here in found:
            raise _wrong(option, "duplicate-key", f"`{name}` is given twice")
        if name not in section.model_fields:
            raise _wrong(option, "unknown-field", f"{shown(name)} is no field here", _fields(section))
        found[here] = value_of(value, here)
    return found


def nested(answers: Answers) -> dict[str, Any]:
    """The answers as the mappings and lists of a spec file."""
    root: dict[str, Any] = {}
    for loc, value in answers.items():
        place: Any = root
        for part, following in pairwise(loc):
            place = _held(place, part, [] if isinstance(following, int) else {})
        _held(place, loc[-1], value)
    return root


def _held(place: Any, part: str | int, fresh: Any) -> Any:
    """What `place` holds at `part`, set to `fresh` where it holds nothing; items of a list come in order."""
    if isinstance(part, str):
        return place.setdefault(part, fresh)
    if part == len(place):
        place.append(fresh)
    return place[part]


def _pairs(text: str, section: type[Section], option: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        name, given, value = part.partition("=")
        if not given:
            example = "id=orders,system=sap,delivery=daily,size=6 GB,data=confidential"
            expected = f"field=value, separated by commas, of {_fields(section)}"
            raise _wrong(
                option, "wrong-item", f"{shown(part.strip())} has no `=`", expected, f"for example `{option} {example}`"
            )
        yield name.strip(), value


def _fields(section: type[Section]) -> str:
    return ", ".join(section.model_fields)


def _wrong(option: str, id: str, message: str, expected: str | None = None, hint: str | None = None) -> WrongUse:
    return WrongUse(Problem(id=id, path=option, message=message, expected=expected, hint=hint))
