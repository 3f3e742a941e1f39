"""One mutant through archgen, as far as it gets, and what must hold whatever it says."""

from __future__ import annotations

import pathlib
import re
import traceback

from archgen.design import design, plan
from archgen.errors import ArchgenError, Problem, TemplateError
from archgen.program import wire
from archgen.spec import Spec, load
from archgen.spec.reading import validated
from tests.fuzz.mutating import Mutant

LONGEST_MESSAGE = 5_000
"""Characters of one problem: a terminal page or two, however large the spec."""
_TERMINAL_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

REFUSED, VALID, PLANNED, DESIGNED = "refused", "valid", "planned", "designed"


class Wrong(Exception):
    """Something that no spec may cause; its text says what, with the traceback of a crash."""


def tried(mutant: Mutant, folder: pathlib.Path, *, designing: bool = True) -> str:
    """How far the mutant got. Raises `Wrong` on a crash, a blame of the template, or a problem that misleads."""
    try:
        try:
            spec = _spec(mutant, folder)
        except ArchgenError as error:
            _judge(error, placed=True)
            return REFUSED
        return _planned(spec, designing)
    except Wrong:
        raise
    except Exception as error:
        raise Wrong(traceback.format_exc()) from error


def _spec(mutant: Mutant, folder: pathlib.Path) -> Spec:
    if mutant.document is not None:
        return validated(mutant.document)
    path = folder / "mutant.yaml"
    path.write_bytes(mutant.written())
    return load(path)


def _planned(spec: Spec, designing: bool) -> str:
    reached = VALID
    try:
        plan(spec)
        reached = PLANNED
        if designing:
            wire(design(spec))
            reached = DESIGNED
    except ArchgenError as error:
        _judge(error, placed=False)
    return reached


def _judge(error: ArchgenError, *, placed: bool) -> None:
    if isinstance(error, TemplateError):
        raise Wrong(f"a template is blamed for a spec: {error}\n{traceback.format_exc()}")
    if not error.problems:
        raise Wrong(f"an error without a problem\n{traceback.format_exc()}")
    for problem in error.problems:
        _judge_problem(problem, placed)


def _judge_problem(problem: Problem, placed: bool) -> None:
    said = str(problem)
    if not problem.id or not problem.message:
        raise Wrong(f"a problem says nothing: {problem!r}")
    if placed and problem.file is None:
        raise Wrong(f"a problem names no file: {problem!r}")
    if len(said) > LONGEST_MESSAGE:
        raise Wrong(f"a problem of {len(said)} characters: {said[:500]}")
    if control := _TERMINAL_CONTROL.search(said):
        raise Wrong(f"a control character ({control[0]!a}) reaches the terminal: {said!a}")
