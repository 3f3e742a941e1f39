from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from event_documents import event

from scoring_core.model import ModelAnswer
from scoring_core.policy import POLICY, Outcome, PolicyInvalid, load_policy
from scoring_core.rules import judge


def answer(score: float) -> ModelAnswer:
    return ModelAnswer(score, ("NEW_DEVICE",), "model-7")


@pytest.mark.parametrize(
    ("score", "outcome"),
    [(0.0, "approve"), (0.5999, "approve"), (0.6, "step-up"), (0.8999, "step-up"), (0.9, "decline"), (1.0, "decline")],
)
def test_thresholds_of_the_score(score: float, outcome: str) -> None:
    assert judge(event(), {}, answer(score), load_policy()).outcome == outcome


@pytest.mark.parametrize(
    ("value", "currency", "outcome"),
    [
        ("999.99", "EUR", Outcome.APPROVE),
        ("1000", "EUR", Outcome.STEP_UP),
        ("10000.00", "EUR", Outcome.DECLINE),
        ("1", "JPY", Outcome.STEP_UP),
    ],
)
def test_limits_of_the_amount(value: str, currency: str, outcome: Outcome) -> None:
    assert judge(event(amount={"value": value, "currency": currency}), {}, None, load_policy()).outcome is outcome


def test_the_most_severe_finding_decides_and_stands_first() -> None:
    verdict = judge(event(), {"card": {"count_1m": 12.0}}, answer(0.7), load_policy())
    assert verdict.outcome is Outcome.DECLINE
    assert verdict.reasons == ("VELOCITY_CARD_COUNT_1M", "MODEL_SCORE", "NEW_DEVICE")


def test_a_good_score_does_not_lift_a_limit() -> None:
    assert judge(event(), {"card": {"count_1m": 5.0}}, answer(0.0), load_policy()).outcome is Outcome.STEP_UP


def test_an_entity_without_history_hits_no_velocity_limit() -> None:
    assert judge(event(), {}, answer(0.0), load_policy()).reasons == ()


def changed(tmp_path: Path, change: dict[str, Any]) -> Path:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(json.loads(POLICY.read_text(encoding="utf-8")) | change), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"score": {"step_up": 0.9, "decline": 0.6}}, "score: step_up 0.9 is not below decline 0.6"),
        ({"amount": {"limits": {"EUR": {"step_up": "5", "decline": "5"}}, "other_currency": "decline"}}, "limits.EUR"),
        ({"velocity": [{"entity": "card", "feature": "count_2m", "step_up": 1, "decline": 2}]}, "no such feature"),
        ({"score": {"step_up": 0.6}}, "decline"),
        ({"typo": 1}, "typo"),
    ],
)
def test_a_wrong_policy_stops_the_start(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(PolicyInvalid, match=message):
        load_policy(changed(tmp_path, change))
