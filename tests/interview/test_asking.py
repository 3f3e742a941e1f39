"""The interview without a terminal: which questions follow which answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archgen.errors import Problem, WrongUse
from archgen.interview.answers import Answers
from archgen.interview.asking import interview
from archgen.interview.draft import MODE, TASK
from archgen.interview.first_spec import first_spec, refused
from archgen.spec import parse


class Person:
    """Answers by what a prompt contains; every other question by Enter. An answer of several is used up one by one."""

    def __init__(self, **replies: str | list[str]) -> None:
        self.replies = {
            key.replace("_", " "): [said] if isinstance(said, str) else said for key, said in replies.items()
        }
        self.asked: list[str] = []
        self.told: list[str] = []

    def ask(self, prompt: str) -> str:
        self.asked.append(prompt)
        assert len(self.asked) < 200, "the interview does not end"
        found = next((said for part, said in self.replies.items() if part in prompt and said), None)
        return found.pop(0) if found else ""

    def interviewed(self, given: Answers | None = None, blueprint: str | None = None) -> Answers:
        return interview(given or {}, self.ask, self.told.append, lambda whole: refused(whole, blueprint))

    def wrongs(self) -> Iterator[str]:
        return (line for line in self.told if "expected" in line)


@pytest.mark.parametrize("task", ["forecasting", "fraud-detection", "question-answering", "extraction", "churn"])
def test_enter_all_the_way_gives_a_valid_spec(task: str) -> None:
    person = Person(to_do=task)
    answers = person.interviewed()
    assert parse(first_spec(answers).text, "spec.yaml").problem.task == task
    assert not list(person.wrongs())


def test_a_batch_is_asked_for_its_window_and_nobody_for_latency() -> None:
    person = Person(to_do="forecasting", **{"start (HH": "22:00", "done (HH": ["22:00", "06:00"]})
    answers = person.interviewed()
    assert answers["workload", "batch", "starts"] == "22:00" and answers["workload", "batch", "done_by"] == "06:00"
    assert any("has to be done at 22:00" in line for line in person.wrongs())
    assert not any("caller" in prompt for prompt in person.asked)


def test_a_source_is_asked_for_what_its_delivery_has_a_use_for() -> None:
    person = Person(
        to_do="fraud-detection",
        further_source=["ledger", "history", ""],
        **{
            "Which system is it": ["", "oracle", "s3", "object-storage", ""],
            "How does it deliver": ["", "cdc", "weekly"],
        },
        changed_rows="300/s",
        one_delivery="2 GB",
        classes_of_data=["", "pii", "confidential"],
    )
    answers = person.interviewed()
    sources = parse(first_spec(answers).text, "spec.yaml").sources
    assert [source.id for source in sources] == ["transactions", "ledger", "history"]
    assert str(sources[1].changes) == "300/s" and str(sources[2].size) == "2 GB"
    assert any("'s3' is no known word" in line for line in person.wrongs())


def test_going_back_over_a_source_forgets_it() -> None:
    person = Person(**{"to do": "churn", "further source": ["usage", ""], "Which system": ["", "<"]})
    answers = person.interviewed()
    assert len([prompt for prompt in person.asked if "further source" in prompt]) == 2
    assert ("sources", 1, "id") not in answers


def test_what_only_the_whole_shows_is_said_and_the_last_question_asked_again() -> None:
    person = Person(**{"month cost": ["5 EUR", "6 EUR"]})
    judged: list[Answers] = []

    def judge(whole: Answers) -> tuple[Problem, ...]:
        judged.append(whole)
        return (Problem(id="x", message="too little"),) if len(judged) == 1 else ()

    answers = interview({TASK: "churn", MODE: "batch"}, person.ask, person.told.append, judge)
    assert answers["budget", "monthly"] == "6 EUR" and "too little" in person.told


def test_the_first_question_has_nothing_before_it() -> None:
    person = Person(to_do=["<", "", "?", "q"])
    with pytest.raises(WrongUse, match="nothing was written"):
        person.interviewed()
    assert "this is the first question" in person.told
    assert any("an answer is needed" in line for line in person.told)
    assert any(line.startswith("What the model is to do. Words: classification") for line in person.told)


def test_another_figure_is_not_offered_the_levels_of_the_example() -> None:
    person = Person(to_do="churn", shows_success="default-rate", how_much="-5%")
    answers = person.interviewed()
    assert answers["objective", "kpi", "target"] == "-5%"
    assert ("objective", "kpi", "baseline") not in answers
