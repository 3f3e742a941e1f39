"""The specs that tests start from, and what a test says about a refused one."""

from __future__ import annotations

import pathlib

import pytest

from archgen.errors import Problem, SpecError
from archgen.spec import parse

CASES = pathlib.Path(__file__).parents[1] / "cases"
FRAUD = (CASES / "payments-fraud.yaml").read_text(encoding="utf-8")
FORECASTING = (CASES / "demand-forecasting.yaml").read_text(encoding="utf-8")
ASSISTANT = (CASES / "service-assistant.yaml").read_text(encoding="utf-8")


def changed(text: str, *changes: tuple[str, str]) -> str:
    """`text` with each change made exactly where its old text stands, which has to be one place."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands in the text {text.count(old)} times"
        text = text.replace(old, new)
    return text


def place_of(text: str, marker: str) -> tuple[int, int]:
    """Line and column, from 1, of the only place at which `marker` stands."""
    assert text.count(marker) == 1, f"{marker!r} stands in the text {text.count(marker)} times"
    before = text[: text.index(marker)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def problems_of(text: str) -> tuple[Problem, ...]:
    """What is wrong with `text`, which has to be refused."""
    with pytest.raises(SpecError) as refused:
        parse(text, "spec.yaml")
    assert all(problem.file == "spec.yaml" for problem in refused.value.problems)
    return refused.value.problems


def only_problem(text: str) -> Problem:
    """The one thing that is wrong with `text`."""
    problems = problems_of(text)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]
