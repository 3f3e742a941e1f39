"""Score, gates and verdict: what an architect would hold against a project, and the cheapest way on."""

from __future__ import annotations

import pytest

from archgen.design import design, plan
from archgen.errors import NotFeasible
from archgen.feasibility import Feasibility, Gate
from tests.specs import CASES, changed, spec

NAMES = sorted(path.stem for path in CASES.glob("*.yaml"))


def assessed(case: str, *replacements: tuple[str, str]) -> Feasibility:
    return plan(changed(case, *replacements)).feasibility


def gate(feasibility: Feasibility, id: str) -> Gate:
    return next(one for one in feasibility.gates if one.id == id)


@pytest.mark.parametrize("case", NAMES)
def test_a_score_is_the_weighted_sum_and_each_low_point_has_a_way(case: str) -> None:
    found = plan(spec(case)).feasibility
    assert found.score == pytest.approx(sum(row.weight * row.points / 4 for row in found.criteria), abs=0.01)
    assert 0 <= found.score <= 100 and found.verdict in ("go", "pilot", "data first", "no-go")
    for row in found.criteria:
        assert row.found and (row.way is not None) == (row.points <= 2)


@pytest.mark.parametrize(("positives", "points"), [("10k", 4), ("1000", 3), ("400", 2), ("100", 1), ("99", 0)])
def test_labels_are_scored_by_their_positives(positives: str, points: int) -> None:
    found = assessed("fraud-slice", ("positives: 340k", f"positives: {positives}"))
    assert next(row for row in found.criteria if row.id == "label-volume").points == points


@pytest.mark.parametrize(("hop", "points"), [("15", 4), ("50", 3), ("70", 2)])
def test_latency_is_scored_by_the_share_that_is_used(hop: str, points: int) -> None:
    found = assessed("fraud-slice", ("assumptions: {}", f"assumptions: {{hop_model_ms: {hop}}}"))
    assert next(row for row in found.criteria if row.id == "latency").points == points


def test_a_history_shorter_than_the_labels_take_to_mature_is_worth_nothing() -> None:
    found = assessed("fraud-slice", ("history: 36 months", "history: 2 months"))
    assert next(row for row in found.criteria if row.id == "history").points == 0


def test_what_the_spec_is_silent_on_names_its_assumption() -> None:
    assumed = {row.id: row.assumed for row in plan(spec("payments-fraud")).feasibility.criteria if row.assumed}
    assert assumed["data-quality"] == "feasibility_key_completeness"
    better = assessed("fraud-slice", ("assumptions: {}", "assumptions: {feasibility_key_completeness: 0.99}"))
    assert better.score == plan(spec("fraud-slice")).feasibility.score + 2.5


@pytest.mark.parametrize(
    ("overridden", "verdict"),
    [("verdict_go: 99", "pilot"), ("verdict_go: 99, verdict_pilot: 99", "data first"),
     ("verdict_go: 99, verdict_pilot: 99, verdict_data_first: 99", "no-go")],
)  # fmt: skip
def test_the_verdict_follows_the_score(overridden: str, verdict: str) -> None:
    assert assessed("fraud-slice", ("assumptions: {}", f"assumptions: {{{overridden}}}")).verdict == verdict


def test_a_supervised_model_without_labels_stops_and_is_not_generated() -> None:
    silent = changed("demand-forecasting", ("labels: {series: 40000, history: 3 years}, ", ""))
    found = plan(silent).feasibility
    assert gate(found, "labels").result == "stop" and found.verdict == "no-go"
    with pytest.raises(NotFeasible, match="learns from labels"):
        design(silent)


def test_rules_and_anomalies_need_no_labels_to_begin() -> None:
    assert gate(plan(spec("predictive-maintenance")).feasibility, "labels").result == "condition"
    few = assessed("fraud-slice", ("positives: 340k", "positives: 20"))
    assert gate(few, "labels").result == "condition"


def test_a_past_that_is_overwritten_stops() -> None:
    found = assessed("demand-forecasting", ("budget:", "assumptions: {feasibility_as_of: 0}\nbudget:"))
    assert gate(found, "leakage").result == "stop"


def test_an_unreachable_target_stops_only_where_nothing_is_assumed() -> None:
    kpi = "inputs: {review_capacity: 5000/day, amount: 80 EUR}"
    below = ("target: 6 bps", "target: 0.1 bps")
    assert gate(assessed("fraud-slice", below), "arithmetic").result == "condition"
    every = (
        "inputs: {review_capacity: 5000/day, amount: 80 EUR, margin: 2%, friction_cost: 3 EUR, dispute_fee: 20 EUR,"
        " granularity: 0.0001, first_party_floor: 0.5%}"
    )
    assert gate(assessed("fraud-slice", below, (kpi, every)), "arithmetic").result == "stop"


def test_a_high_risk_use_is_a_pilot_at_most_whatever_its_score() -> None:
    found = plan(spec("credit-scoring")).feasibility
    assert found.score >= 75 and found.verdict == "pilot"
    assert "oversight" in gate(found, "high-risk").way
