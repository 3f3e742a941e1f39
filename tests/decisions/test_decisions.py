"""Every decision can be defended: a choice, what it rests on, what was rejected with a figure, and a source."""

from __future__ import annotations

import re

import pytest

from archgen.decisions import Decision, questions
from archgen.design import plan
from tests.specs import CASES as FOLDER
from tests.specs import changed, designed, spec

CASES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
DECISIONS = [
    pytest.param(decision, id=f"{case}-{id}") for case in CASES for id, decision in plan(spec(case)).decisions.items()
]


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_names_what_was_rejected_and_why(decision: Decision) -> None:
    assert decision.choice and decision.rationale and decision.source
    assert decision.rejected, "an answer without an alternative is no decision"
    for rejected in decision.rejected:
        assert rejected.reason and rejected.figure


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_judgement_does_not_pose_as_a_fact(decision: Decision) -> None:
    if re.search(r"own (rule|choice)", decision.source):
        assert decision.confidence == "judgement"


def test_a_decision_is_asked_after_those_that_it_requires() -> None:
    asked = [question.id for question in questions()]
    assert len(asked) == len(set(asked))
    for question in questions():
        assert all(asked.index(required) < asked.index(question.id) for required in question.requires)


def test_fraud_is_decided_by_rules_and_a_boosted_model_and_not_by_a_language_model() -> None:
    approach = designed("fraud-slice").decisions["approach"]
    assert "rules" in approach.choice and "gradient-boosted" in approach.choice
    assert "language model" in [rejected.option for rejected in approach.rejected]


def test_the_default_quota_of_a_gateway_is_the_figure_against_it() -> None:
    front = designed("fraud-slice").decisions["front-door"]
    assert front.choice.startswith("no")
    assert "10,000 requests/s for all APIs" in front.rejected[0].figure


def test_the_online_feature_store_is_rejected_by_its_read_quota() -> None:
    features = designed("fraud-slice").decisions["online-features"]
    store = next(r for r in features.rejected if "Feature Store" in r.option)
    assert store.figure.startswith("30,000 reads/s")


def test_a_batch_spec_gets_no_decision_about_requests() -> None:
    made = plan(spec("demand-forecasting")).decisions
    assert not {"fallback", "front-door", "online-features", "release"} & set(made)


def test_what_the_spec_fixes_is_given() -> None:
    made = designed("fraud-slice").decisions
    assert made["training"].kind == made["network"].kind == "given"
    assert made["approach"].kind == made["fallback"].kind == "decided"


def test_features_that_are_switched_off_flip_the_decision() -> None:
    off = plan(changed("fraud-slice", ("online: true", "online: false"))).decisions["online-features"]
    assert off.choice.startswith("no")
