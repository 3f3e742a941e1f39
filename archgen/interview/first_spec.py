"""Answers -> the text of a first spec that is valid, and the blueprint that builds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archgen.blueprints import blueprints, choose
from archgen.decisions import decide
from archgen.errors import Problem, SpecError, WrongUse
from archgen.interview.answers import Answers
from archgen.interview.commented import commented
from archgen.interview.draft import drafted, out_of_file
from archgen.knowledge import assumptions
from archgen.spec import SCHEMA_FILE, Spec, parse


@dataclass(frozen=True, kw_only=True)
class FirstSpec:
    """A valid spec file. `examples` are the paths that nobody stated; `blueprint` builds it, if one does."""

    text: str
    examples: Sequence[str]
    blueprint: str | None


def first_spec(answers: Answers, blueprint: str | None = None) -> FirstSpec:
    """The spec of these answers; `blueprint`, where one is named, has to suit it.

    Raises `WrongUse` for what the spec refuses, each problem at its path, and for a blueprint that does not suit.
    """
    draft = drafted(answers)
    text = commented(draft, SCHEMA_FILE)
    try:
        spec = parse(text, "spec.yaml")
    except SpecError as error:
        raise WrongUse(*(out_of_file(problem) for problem in error.problems)) from error
    return FirstSpec(text=text, examples=sorted(draft.examples), blueprint=_builder(spec, blueprint))


def refused(answers: Answers, blueprint: str | None = None) -> tuple[Problem, ...]:
    """What keeps these answers from being a first spec; nothing if they are one."""
    try:
        first_spec(answers, blueprint)
    except WrongUse as error:
        return error.problems
    return ()


def _builder(spec: Spec, named: str | None) -> str | None:
    """The blueprint that is named, which has to suit, else the one that suits best."""
    decisions = decide(spec, assumptions())
    if named is None:
        chosen, _ = choose(spec, decisions)
        return chosen.id if chosen else None
    fit = next(one for one in blueprints() if one.id == named).suits(spec, decisions)
    if fit.violated:
        raise WrongUse(
            *(
                Problem(
                    id="blueprint-unsuited",
                    path=violation.need,
                    message=f"{named} does not suit: {violation.reason}: found {violation.found}",
                    expected=violation.limit,
                )
                for violation in fit.violated
            )
        )
    return named
