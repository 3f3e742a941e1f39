from __future__ import annotations

import pathlib
from typing import get_args

import pytest

from archgen.blueprints import blueprints
from archgen.business.pattern import patterns
from archgen.errors import TemplateError, WrongUse
from archgen.interview import starts
from archgen.interview.draft import MODE, TASK
from archgen.interview.first_spec import first_spec
from archgen.spec import parse
from archgen.spec.words import Mode, Task

EVERY = [(task, mode) for task in get_args(Task) for mode in get_args(Mode)]


def test_there_is_a_start_for_every_task_and_mode_of_the_spec() -> None:
    assert set(starts.tasks()) == set(get_args(Task))
    assert set(starts.modes()) == set(get_args(Mode))


@pytest.mark.parametrize(("task", "mode"), EVERY)
def test_a_start_alone_is_a_valid_spec_of_which_all_but_the_answers_are_examples(task: str, mode: str) -> None:
    first = first_spec({TASK: task, MODE: mode})
    spec = parse(first.text, "spec.yaml")
    assert (spec.problem.task, spec.workload.mode) == (task, mode)
    assert spec.platform.cloud == "recommend" and spec.platform.region is None
    assert {"name", "objective.statement", "sources", "consumers"} <= set(first.examples)
    assert not {"problem.task", "workload.mode"} & set(first.examples)


@pytest.mark.parametrize("task", get_args(Task))
def test_the_figure_of_a_start_is_one_whose_arithmetic_is_known(task: str) -> None:
    known = {metric for pattern in patterns().values() for metric in pattern.metrics}
    kpi = starts.start(task, starts.usual_mode(task)).values["objective"]["kpi"]
    assert kpi["metric"] in known


@pytest.mark.parametrize("blueprint", [one.id for one in blueprints()])
def test_every_blueprint_has_a_start_that_it_suits(blueprint: str) -> None:
    begun = starts.beginning(blueprint)
    assert first_spec({TASK: begun.task, MODE: begun.mode}, blueprint).blueprint == blueprint


def test_a_blueprint_that_does_not_suit_says_by_which_field() -> None:
    with pytest.raises(WrongUse) as refused:
        first_spec({TASK: "question-answering"}, "realtime_scoring")
    assert {problem.id for problem in refused.value.problems} == {"blueprint-unsuited"}
    assert "problem.data" in {problem.path for problem in refused.value.problems}


def test_an_unknown_blueprint_names_the_known() -> None:
    with pytest.raises(WrongUse, match="realtime_scoring"):
        starts.beginning("realtime")


def test_a_start_of_a_blueprint_with_an_unknown_task_is_the_blueprints_fault(
    tmp_path: pathlib.Path,
) -> None:
    path = tmp_path / "start.yaml"
    path.write_text("title: t\ntask: nothing\nmode: online\n")
    with pytest.raises(TemplateError, match="nothing"):
        starts._beginning("b", path)
