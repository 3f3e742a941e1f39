"""One mutant through what the commands do with a spec, as far as it gets, and what must hold whatever it says."""

from __future__ import annotations

import functools
import json
import pathlib
import re
import traceback
from enum import IntEnum

from archgen.cli.running import problem_data
from archgen.comparison import Side, compare, comparison_text, side_of
from archgen.design import design, plan
from archgen.documents.plan import plan_of, plan_text
from archgen.errors import ArchgenError, Problem, TemplateError
from archgen.errors.report import reports
from archgen.generation import generated
from archgen.program import wire
from archgen.services.named import wrong_names
from archgen.spec import Spec, load, parse
from archgen.spec.placing import placed
from archgen.spec.reading import validated
from tests.fuzz.mutating import Mutant, corpus

LONGEST_MESSAGE = 5_000
"""Characters of one problem: a terminal page or two, however large the spec."""
_TERMINAL_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Depth(IntEnum):
    """How far a mutant got, or may go."""

    REFUSED = 0
    VALID = 1
    """Something of it cannot be planned."""
    PLANNED = 2
    DESIGNED = 3
    """Bound, wired and shown as a plan."""
    GENERATED = 4
    """Every file but the pictures, and what it changes of another spec."""


class Wrong(Exception):
    """Something that no spec may cause; its text says what, with the traceback of a crash."""


def tried(mutant: Mutant, folder: pathlib.Path, deepest: Depth = Depth.GENERATED) -> Depth:
    """How far the mutant got. Raises `Wrong` on a crash, a blame of the template, or a problem that misleads."""
    try:
        path = folder / "mutant.yaml"
        try:
            spec = _spec(mutant, path)
        except ArchgenError as error:
            _judge(error.problems, error, path, from_file=True)
            return Depth.REFUSED
        return _taken(spec, path, deepest)
    except Wrong:
        raise
    except Exception as error:
        raise Wrong(traceback.format_exc()) from error


def _spec(mutant: Mutant, path: pathlib.Path) -> Spec:
    path.unlink(missing_ok=True)
    if mutant.document is not None:
        return validated(mutant.document)
    path.write_bytes(mutant.written())
    return load(path)


def _taken(spec: Spec, path: pathlib.Path, deepest: Depth) -> Depth:
    reached = Depth.VALID
    try:
        _judge(wrong_names(spec), None, path)
        plan(spec)
        reached = Depth.PLANNED
        if deepest >= Depth.DESIGNED:
            said = plan_of(spec, None, None)
            _legible(plan_text(said), "the plan")
            json.dumps(said)
            wire(design(spec))
            reached = Depth.DESIGNED
        if deepest >= Depth.GENERATED:
            generated(spec, b"", None, None, frozenset({"infra", "docs"}))
            reached = Depth.GENERATED
            _legible(comparison_text(compare(_other(), side_of(spec))), "the difference")
    except ArchgenError as error:
        _judge(error.problems, error, path)
    return reached


@functools.cache
def _other() -> Side:
    """A spec to compare with, of the first example."""
    return side_of(parse(corpus()[0], "other"))


def _judge(
    problems: tuple[Problem, ...], error: ArchgenError | None, path: pathlib.Path, *, from_file: bool = False
) -> None:
    if isinstance(error, TemplateError):
        raise Wrong(f"a template is blamed for a spec: {error}\n{traceback.format_exc()}")
    if error and not problems:
        raise Wrong(f"an error without a problem\n{traceback.format_exc()}")
    found = placed(problems, path) if path.exists() else problems
    for problem, said in zip(found, reports(found, 80), strict=True):
        _judge_problem(problem, said, from_file)


def _judge_problem(problem: Problem, said: str, from_file: bool) -> None:
    if not problem.id or not problem.message:
        raise Wrong(f"a problem says nothing: {problem!r}")
    if from_file and problem.file is None:
        raise Wrong(f"a problem names no file: {problem!r}")
    if len(said) > LONGEST_MESSAGE:
        raise Wrong(f"a problem of {len(said)} characters: {said[:500]}")
    _legible(said, "a problem")
    _legible(str(problem), "a problem in one line")
    json.dumps(problem_data(problem))


def _legible(said: str, what: str) -> None:
    if control := _TERMINAL_CONTROL.search(said):
        raise Wrong(f"a control character ({control[0]!a}) reaches the terminal in {what}: {said!a}")
