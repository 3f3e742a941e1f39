"""Service objectives and the metrics of success of every plan."""

from __future__ import annotations

import pytest

from archgen.business import requirement_of, service_objectives, success
from archgen.knowledge import assumptions
from tests.specs import spec

LAYERS = {"business", "decision", "data", "service", "model operations", "cost", "risk"}


@pytest.mark.parametrize("case", ["payments-fraud", "demand-forecasting", "service-assistant", "hr-screening"])
def test_every_layer_has_a_metric_a_target_and_where_it_comes_from(case: str) -> None:
    known = assumptions()
    targets = success(spec(case), requirement_of(spec(case), known), known)
    assert {target.layer for target in targets} >= LAYERS
    assert all(target.metric and target.target and target.derivation for target in targets)


def test_the_server_has_four_fifths_of_the_promise_and_an_error_budget() -> None:
    rows = {row.metric: row for row in service_objectives(spec("payments-fraud"), assumptions())}
    assert rows["p99 at the server"].target == "80 ms"
    assert "21.6 min" in rows["availability"].derivation
    assert rows["p95 of feature age"].target == "2 s"


def test_people_have_a_target_where_people_decide() -> None:
    known = assumptions()
    layers = {
        case: {row.layer for row in success(spec(case), requirement_of(spec(case), known), known)}
        for case in ("hr-screening", "payments-fraud")
    }
    assert "people" in layers["hr-screening"] and "people" not in layers["payments-fraud"]


def test_cost_of_a_thousand_decisions_follows_from_the_budget() -> None:
    known = assumptions()
    rows = success(spec("payments-fraud"), requirement_of(spec("payments-fraud"), known), known)
    cost = next(row for row in rows if row.layer == "cost")
    assert cost.target == f"at most {85_000 / (3500 * 30 * 86_400) * 1000:.2g} USD"
