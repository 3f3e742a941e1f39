"""Options of the command line -> answers, and what is wrong with answers -> the option that it was given by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from archgen.errors import Problem, WrongUse
from archgen.interview.answers import Answers, item_of, list_of, value_of
from archgen.interview.draft import MODE, TASK, objections
from archgen.interview.options import OPTIONS, Option, given
from archgen.interview.starts import beginning
from archgen.spec.paths import Loc, dotted


def answers_of(values: Mapping[str, Any], blueprint: str | None) -> Answers:
    """What the options answer, `blueprint` answering task and mode where they do not.

    Raises `WrongUse` for a value that the spec refuses, naming its option, and for a mode that is not the blueprint's.
    """
    answers: dict[Loc, Any] = {}
    for option, texts in given(values):
        answers |= _answered(option, texts)
    if blueprint is not None:
        begun = beginning(blueprint)
        if answers.setdefault(MODE, begun.mode) != begun.mode:
            message = f"{blueprint} is for {begun.mode}, and --mode says {answers[MODE]!r}"
            raise WrongUse(Problem(id="blueprint-unsuited", path="--mode", message=message, expected=begun.mode))
        answers.setdefault(TASK, begun.task)
    if wrong := objections(answers):
        raise WrongUse(*at_options(wrong))
    return answers


def at_options(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, each with the option that answers its place in front of its path."""
    return tuple(_at_option(problem) for problem in problems)


def _answered(option: Option, texts: tuple[str, ...]) -> dict[Loc, Any]:
    if not option.fields:
        words = [word for text in texts for word in list_of(text)]
        return {option.loc: words if option.repeated else value_of(texts[0], option.loc)}
    found: dict[Loc, Any] = {}
    for index, text in enumerate(texts):
        found |= item_of(text, (*option.loc, index) if option.repeated else option.loc, option.flag)
    return found


def _at_option(problem: Problem) -> Problem:
    for option in OPTIONS:
        path = dotted(option.loc)
        if problem.path == path or problem.path.startswith((f"{path}.", f"{path}[")):
            return replace(problem, path=f"{option.flag}: {problem.path}")
    return problem
