"""YAML text -> plain values, the place of every key and value, and all that is wrong with the file as YAML.

Reads the parser's events itself, in one pass: so duplicate keys, aliases and tags are all found with their places,
nothing is expanded, and depth and number of values are bounded while reading. Scalars follow the core schema of
YAML 1.2.2 (chapter 10.3): `no` is a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from archgen.errors import Place, Problem, SpecError
from archgen.errors.excerpt import place_in
from archgen.spec.paths import Loc, dotted
from archgen.spec.syntax import syntax_problem
from archgen.spec.written import shown

LARGEST_FILE = 256 * 1024
"""Bytes. A pure Python parser needs over a second for more."""
DEEPEST = 20
"""Levels of nesting: four times what the model has."""
MOST_VALUES = 5_000
"""Keys and values of one file: some ten times those of a large spec."""

_UNREADABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# They can make a line look other than it is, also in a comment (CVE-2021-42574, "Trojan Source").
_BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MOST_DIGITS = 300


@dataclass(frozen=True)
class Position:
    """A place in the file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Mark:
    """Where a key and its value begin; for an item of a list both are the item."""

    key: Position
    value: Position


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file that could be read: its values, their places, and what is wrong with it nevertheless."""

    file: str
    values: Mapping[str, Any]
    marks: Mapping[Loc, Mark]
    problems: tuple[Problem, ...]

    def nearest(self, loc: Loc) -> Loc:
        """The longest beginning of `loc` that is in the file."""
        while loc not in self.marks:
            loc = loc[:-1]
        return loc

    def place(self, loc: Loc, *, key: bool = False) -> Position:
        """Where `loc` stands: its value (or its key), or the key of what would have to hold it."""
        mark = self.marks[self.nearest(loc)]
        return mark.value if loc in self.marks and not key else mark.key


def read_document(text: str, file: str) -> Document:
    """The document in `text`. Raises `SpecError` when there is no mapping to go on with."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST_FILE:
        raise SpecError(too_large(size, file))
    text = text.removeprefix("\ufeff")
    if unreadable := _UNREADABLE.search(text) or _BIDIRECTIONAL.search(text):
        position = Position(*place_in(text, unreadable.start()))
        message = f"the file contains the control character U+{ord(unreadable[0]):04X}"
        raise SpecError(_problem("control-character", message, file, position, expected="printable text in UTF-8"))
    reader = _Reader(file)
    try:
        values = reader.read(YAML(typ="safe", pure=True).parse(text))
    except _Unreadable as stop:
        raise SpecError(*reader.problems, stop.problem) from None
    except MarkedYAMLError as error:
        raise SpecError(*reader.problems, syntax_problem(error, reader.latest, text, file)) from None
    except (YAMLError, ValueError, OverflowError) as error:
        message = f"the file is no YAML: {shown(str(error))}"
        raise SpecError(*reader.problems, Problem(id="yaml-syntax", message=message, file=file)) from None
    return Document(file=file, values=values, marks=reader.marks, problems=tuple(reader.problems))


def too_large(size: int, file: str) -> Problem:
    """The problem of a file of `size` bytes, more than `LARGEST_FILE`."""
    message, expected = f"the file has {size} bytes", f"at most {LARGEST_FILE} bytes"
    return Problem(id="file-too-large", message=message, expected=expected, file=file)


class _Unreadable(Exception):
    """There is no going on; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass
class _Reader:
    """Turns events into values, marking each and collecting problems on the way."""

    file: str
    marks: dict[Loc, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: int = 0
    latest: Any = None

    def read(self, events: Iterator[Any]) -> dict[str, Any]:
        """The values of the only document. The generator is drained, so that errors at the end are found too."""
        self._next(events)
        start = self._next(events)
        if isinstance(start, StreamEndEvent):
            raise self._no_mapping("empty-file", "the file is empty", Position(1, 1))
        self._directives(start)
        root = self._next(events)
        position = _position(root)
        if isinstance(root, ScalarEvent) and not root.value and root.style is None:
            raise self._no_mapping("empty-file", "the file is empty", position)
        if not isinstance(root, MappingStartEvent):
            raise self._no_mapping("not-a-mapping", "the file is no mapping", position)
        self.marks[()] = Mark(position, position)
        values: dict[str, Any] = self._value(root, events, ())
        self._next(events)
        for event in events:
            if isinstance(event, DocumentStartEvent):
                message, expected = "the file has a second document", "one document; no second `---`"
                raise _Unreadable(_problem("second-document", message, self.file, _position(event), expected))
        return values

    def _no_mapping(self, id: str, message: str, position: Position) -> _Unreadable:
        expected = "a mapping of fields to values"
        return _Unreadable(_problem(id, message, self.file, position, expected, "begin with `archgen: 1`"))

    def _next(self, events: Iterator[Any]) -> Any:
        event = self.latest = next(events)
        self.seen += isinstance(event, ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent)
        if self.seen > MOST_VALUES:
            message, expected = "the file has too many values", f"at most {MOST_VALUES} keys and values"
            raise _Unreadable(_problem("too-many-values", message, self.file, _position(event), expected))
        return event

    def _directives(self, start: Any) -> None:
        if start.version and tuple(start.version) != (1, 2):
            message = "the file asks for another version of YAML, which would change the meaning of its words"
            self._add("yaml-directive", message, _position(start), expected="YAML 1.2", hint="delete the line `%YAML`")

    def _value(self, event: Any, events: Iterator[Any], loc: Loc) -> Any:
        position = _position(event)
        if isinstance(event, AliasEvent):
            self._add(
                "yaml-alias", f"the alias {shown(event.anchor)} refers elsewhere", position, loc, hint="repeat it"
            )
            return None
        if len(loc) > DEEPEST:
            message = "the values are nested too deeply"
            raise _Unreadable(_problem("nested-too-deeply", message, self.file, position, f"at most {DEEPEST} levels"))
        if event.anchor is not None:
            self._add("yaml-anchor", f"the anchor {shown(event.anchor)} has no use here", position, loc)
        if event.tag is not None:
            self._add("yaml-tag", f"the tag {shown(str(event.tag))} is not allowed", position, loc, hint="delete it")
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, loc)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, loc)
        return plain_scalar(event.value) if event.style is None and event.tag is None else event.value

    def _sequence(self, events: Iterator[Any], loc: Loc) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(events), SequenceEndEvent):
            here = (*loc, len(items))
            self.marks[here] = Mark(_position(event), _position(event))
            items.append(self._value(event, events, here))
        return items

    def _mapping(self, events: Iterator[Any], loc: Loc) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self._next(events), MappingEndEvent):
            key, position = self._key(event, events, loc), _position(event)
            following = self._next(events)
            if key is None or key in values:
                # Read on for what is wrong inside; the value itself is dropped, the first one stands.
                self._value(following, events, (*loc, f"{key} (again)"))
                continue
            here = (*loc, key)
            self.marks[here] = Mark(position, _position(following))
            values[key] = self._value(following, events, here)
        return values

    def _key(self, event: Any, events: Iterator[Any], loc: Loc) -> str | None:
        position = _position(event)
        if not isinstance(event, ScalarEvent):
            self._add("wrong-key", "a key is no plain text", position, loc, expected="the name of a field")
            self._value(event, events, (*loc, "?"))
            return None
        if event.anchor is not None:
            self._add("yaml-anchor", f"the anchor {shown(event.anchor)} has no use here", position, loc)
        if event.tag is not None:
            self._add("yaml-tag", f"the tag {shown(str(event.tag))} is not allowed", position, loc, hint="delete it")
        first = self.marks.get((*loc, event.value))
        if first:
            here = (*loc, event.value)
            message = f"{shown(event.value)} stands here a second time"
            related = (Place(path=dotted(here), line=first.key.line, column=first.key.column),)
            self._add("duplicate-key", message, position, here, hint="keep one of the two", related=related)
        return event.value

    def _add(self, id: str, message: str, position: Position, loc: Loc = (), **more: Any) -> None:
        self.problems.append(
            Problem(
                id=id,
                message=message,
                path=dotted(loc),
                file=self.file,
                line=position.line,
                column=position.column,
                **more,
            )
        )


def plain_scalar(text: str) -> Any:
    """What a text without quotes means in the core schema: nothing, true or false, a number, or itself."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text.lower() == "true"
    if len(text) > _MOST_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text.startswith("0") and text[1:2] in ("o", "x") else int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def _position(event: Any) -> Position:
    return Position(event.start_mark.line + 1, event.start_mark.column + 1)


def _problem(
    id: str, message: str, file: str, position: Position | None, expected: str | None = None, hint: str | None = None
) -> Problem:
    line, column = (position.line, position.column) if position else (None, None)
    return Problem(id=id, message=message, file=file, line=line, column=column, expected=expected, hint=hint)
