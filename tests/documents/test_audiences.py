"""Six audiences, each told what it must decide or do."""

from __future__ import annotations

import re

import pytest

from archgen.decisions import questions
from archgen.documents.audiences import AUDIENCES, audiences_of, index_page
from tests.specs import designed

PAGE = index_page(designed("fraud-slice"))
PARTS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_there_are_six_and_each_has_tasks_and_records() -> None:
    assert len(AUDIENCES) == len(PARTS) == 6
    for name, part in PARTS.items():
        assert re.search(r"^- \S", part, re.MULTILINE), f"{name} is told nothing"
        assert re.search(r"\[\d{4}\]\(\d{4}-[\w-]+\.md\)", part), f"{name} has no record"


@pytest.mark.parametrize("id", sorted(question.id for question in questions()))
def test_every_question_was_given_to_somebody_on_purpose(id: str) -> None:
    from archgen.documents import audiences

    assert id in audiences._OF_DECISION
    assert set(audiences_of(id)) <= set(AUDIENCES)


def test_every_decision_of_a_design_is_somebodys() -> None:
    for id in designed("fraud-slice").decisions:
        assert f"-{id}.md" in PAGE


def test_each_is_told_its_own() -> None:
    assert "budget of 85000 USD" in PARTS["Executive"].replace("\\", "")
    assert "recall by value" in PARTS["Data science"]
    assert "44 of 100 ms" in PARTS["ML engineering"]
    assert "eu-west-1" in PARTS["Infrastructure"].replace("\\", "")
    assert "token" in PARTS["Security"]
    assert "GDPR Art. 35" in PARTS["Compliance"]
