"""A first spec as a file that explains itself: every field of the model, its meaning, what is left out switched off.

A field that is left out is a line of YAML behind `# `; without those two characters it is switched on. What explains
begins with `##`, so that an editor can switch on a whole passage. All meanings, words and examples come from the
models, so that the file says what the schema says.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_origin

from pydantic.fields import FieldInfo

from archgen.interview.draft import Draft
from archgen.spec.amounts import Money, TimeOfDay
from archgen.spec.examples import examples_of, inline
from archgen.spec.kinds import words_of, written_of
from archgen.spec.model import Spec
from archgen.spec.paths import section_of
from archgen.spec.section import Section
from archgen.spec.units import Count, Duration, Growth, Rate, Share, Size

EXAMPLE = "EXAMPLE"
"""The word that marks a value which nobody stated."""
_WIDTH = 110
_HEAD = f"""\
## A requirement for archgen: `archgen validate` checks this file, `archgen plan` shows what follows from it.
## A field behind `# ` is switched off: delete these two characters to use it.
## {EXAMPLE} marks a value that nobody stated: put in yours, and delete the mark.
## Quantities carry their unit:
"""
_KINDS = (Rate, Duration, Size, Share, Growth, Count, Money, TimeOfDay)


def commented(draft: Draft, schema: str) -> str:
    """The file; `schema` is where its JSON Schema lies, as seen from it."""
    lines = [f"# yaml-language-server: $schema={schema}", *_HEAD.splitlines()]
    for kind in _KINDS:
        lines += _prose(f"{kind.expected}: {', '.join(inline(example) for example in kind.examples)}", "  ")
    for name in Spec.model_fields:
        if name not in draft.start.leave_out:
            lines += ["", *_field(draft, Spec, name, draft.values, "")]
    return "\n".join(lines) + "\n"


def _field(draft: Draft, section: type[Section], name: str, values: Mapping[str, Any], path: str) -> Iterator[str]:
    """The lines of one field, without indentation; `path` is that of the section with its point at the end."""
    field, here = section.model_fields[name], f"{path}{name}"
    if here in draft.start.leave_out:
        return
    inner = section_of(field.annotation)
    if name not in values:
        yield from _switched_off(draft, here, field, inner)
    elif inner is None:
        yield from _leaf(name, values[name], _meaning(field, shown=not field.is_required()), here in draft.examples)
    elif get_origin(field.annotation) is tuple:
        yield from _items(draft, name, field, inner, values[name])
    else:
        yield from _prose(field.description or "")
        yield f"{name}:"
        for each in inner.model_fields:
            yield from _indented(_field(draft, inner, each, values[name], f"{here}."))


def _switched_off(draft: Draft, path: str, field: FieldInfo, inner: type[Section] | None) -> Iterator[str]:
    name = path.rpartition(".")[2]
    if inner is None:
        *meaning, line = _leaf(name, examples_of(field)[0], _meaning(field))
        yield from (*meaning, f"# {line}")
        return
    yield from _prose(field.description or "")
    yield f"# {name}:"
    for each, held in inner.model_fields.items():
        if f"{path}.{each}" not in draft.start.leave_out:
            meaning = _meaning(held) if section_of(held.annotation) is None else held.description or ""
            for line in _leaf(each, examples_of(held)[0], meaning):
                yield f"#   {line}"


def _items(draft: Draft, name: str, field: FieldInfo, inner: type[Section], items: Sequence[Any]) -> Iterator[str]:
    """A list of sections: what each field means, an item a line, and one more that is switched off."""
    yield from _prose(f"{field.description} Each has:")
    for each, held in inner.model_fields.items():
        yield from _prose(f"{each}{'' if held.is_required() else ' (optional)'}: {_meaning(held)}", "  ")
    yield f"{name}:"
    mark = f"  # {EXAMPLE}" if name in draft.examples else ""
    for item in items:
        *lines, last = _item(item)
        yield from (*lines, f"{last}{mark}")
    for line in _item(draft.start.another[name]):
        yield f"# {line}"


def _item(item: Mapping[str, Any]) -> Iterator[str]:
    """An item within braces, broken between its fields where the line would be too long."""
    line, following = "  - {", False
    for key, value in item.items():
        part = f"{key}: {inline(value)}"
        line += "," if following else ""
        if following and len(line) + len(part) > _WIDTH:
            yield line
            line, following = "    ", False
        line += f" {part}" if following else part
        following = True
    yield f"{line}}}"


def _leaf(name: str, value: Any, meaning: str, example: bool = False) -> Iterator[str]:
    """The field with its meaning behind it, or above it where the line would be too long."""
    line, mark = f"{name}: {inline(value)}", f"{EXAMPLE}. " if example else ""
    if len(line) + len(mark) + len(meaning) + 4 <= _WIDTH:
        yield f"{line}  # {mark}{meaning}"
        return
    yield from _prose(meaning)
    yield line + (f"  # {EXAMPLE}" if example else "")


def _meaning(field: FieldInfo, shown: bool = False) -> str:
    """What a field means, the words it can be, and for a quantity that is `shown` how it is written."""
    said, words = field.description or "", words_of(field.annotation)
    if any(word not in said for word in words):
        said += f" {'Any' if get_origin(field.annotation) is tuple else 'One'} of {', '.join(words)}."
    elif shown and written_of(field.annotation):
        said += f" Such as {inline(examples_of(field)[0])}."
    return said


def _prose(text: str, indent: str = "") -> Iterator[str]:
    hanging = indent + "  " if indent else ""
    yield from textwrap.wrap(
        text, _WIDTH, initial_indent=f"## {indent}", subsequent_indent=f"## {hanging}", break_on_hyphens=False
    )


def _indented(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield f"  {line}"
