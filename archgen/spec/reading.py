"""A spec file -> `Spec`, or one `SpecError` with all that is wrong with it."""

from __future__ import annotations

import pathlib

from pydantic import ValidationError

from archgen.errors import Place, Problem, SpecError
from archgen.errors.excerpt import place_in
from archgen.spec.checks import Contradiction, contradictions
from archgen.spec.document import LARGEST_FILE, Document, read_document, too_large
from archgen.spec.model import Spec
from archgen.spec.partial import partial_spec
from archgen.spec.paths import Loc, dotted
from archgen.spec.shape import shape_problems


def load(path: pathlib.Path) -> Spec:
    """The spec in the file at `path`. Raises `SpecError` with all problems, each with its line and column."""
    return validated(document_of(path))


def document_of(path: pathlib.Path) -> Document:
    """What can be read of the file at `path`. Raises `SpecError` when there is no mapping to go on with."""
    file = str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
            size = max(path.stat().st_size, len(content))
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}"
        raise SpecError(Problem(id="unreadable-file", message=message, file=file)) from error
    if len(content) > LARGEST_FILE:
        raise SpecError(too_large(size, file))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SpecError(_not_utf_8(content, error, file)) from error
    return read_document(text, file)


def parse(text: str, file_name: str) -> Spec:
    """The spec in `text`; `file_name` is what problems call it. Raises `SpecError` with all problems."""
    return validated(read_document(text, file_name))


def validated(document: Document) -> Spec:
    """The spec that a readable document says. Raises `SpecError` with its problems and all that validation finds."""
    problems = list(document.problems)
    try:
        spec = Spec.model_validate(document.values)
    except ValidationError as error:
        problems += shape_problems(error, document)
        spec = partial_spec(document.values)
    problems += [_problem(contradiction, document) for contradiction in contradictions(spec)]
    if problems:
        raise SpecError(*_in_order(problems))
    return spec


def _problem(contradiction: Contradiction, document: Document) -> Problem:
    position = document.place(contradiction.loc)
    return Problem(
        id=contradiction.id,
        message=contradiction.message,
        expected=contradiction.expected,
        hint=contradiction.hint,
        path=dotted(contradiction.loc),
        file=document.file,
        line=position.line,
        column=position.column,
        related=tuple(_place(loc, document) for loc in contradiction.related),
    )


def _place(loc: Loc, document: Document) -> Place:
    position = document.place(loc)
    return Place(path=dotted(loc), line=position.line, column=position.column)


def _in_order(problems: list[Problem]) -> list[Problem]:
    """From top to bottom. Of a value that an alias stands for nothing is known but that."""
    aliases = {(problem.line, problem.column) for problem in problems if problem.id == "yaml-alias"}
    kept = [
        problem for problem in problems if problem.id == "yaml-alias" or (problem.line, problem.column) not in aliases
    ]
    return sorted(kept, key=lambda problem: (problem.line or 0, problem.column or 0))


def _not_utf_8(content: bytes, error: UnicodeDecodeError, file: str) -> Problem:
    before = content[: error.start].decode("utf-8").removeprefix("\ufeff")
    line, column = place_in(before, len(before))
    return Problem(
        id="not-utf-8",
        message=f"the file is no UTF-8: byte 0x{content[error.start]:02X}",
        expected="text in UTF-8",
        hint="save it as UTF-8 in your editor",
        file=file,
        line=line,
        column=column,
    )
