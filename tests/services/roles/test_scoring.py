"""A scoring service trusts one caller and decides before its latency limit, on every cloud."""

from __future__ import annotations

import pytest

from archgen.errors import NotFeasible
from archgen.services import Setting
from archgen.services.roles.scoring import Scoring, late_rules, only_caller, scoring_containers
from tests.services.surroundings import component, demand, external, flow, neighbours

SCORING = Scoring(
    id="tested",
    role="scoring",
    class_name="Tested",
    title="Tested",
    strengths=("always warm",),
    containers=scoring_containers("tasks"),
)
PART = component("card-scores", latency_p99_ms=100, fallback_after_ms=80.0, entities=("card",))
ALONE = neighbours(PART, external("web-shop"), flows=[flow("web-shop", "card-scores", "request")])


@pytest.mark.parametrize(("fallback", "late"), [(79, False), (99.9, False), (100, True), (150, True)])
def test_rules_have_to_decide_before_the_limit(fallback: float, late: bool) -> None:
    needs = {"latency_p99_ms": 100, "fallback_after_ms": fallback}
    assert bool(late_rules(needs)) is late
    assert bool(SCORING.suits(needs).violated) is late


def test_without_a_limit_no_rule_is_late() -> None:
    assert late_rules({"fallback_after_ms": 80}) == ()


def test_the_caller_is_admitted_by_its_addresses_and_its_authority() -> None:
    given = SCORING.arguments(PART, ALONE)
    assert given["caller"] == "web-shop"
    keys = {name: value.key for name, value in given.items() if isinstance(value, Setting)}
    assert keys == {
        "caller_cidrs": "webShopCidrs",
        "caller_ca_bundle": "webShopCaBundle",
        "image_digest": "cardScoresImageDigest",
    }
    assert (given["latency_p99_ms"], given["fallback_after_ms"], given["entities"]) == (100, 80, ("card",))


def test_no_caller_and_two_callers_are_refused_by_name() -> None:
    two = neighbours(
        PART,
        external("web-shop"),
        external("till"),
        flows=[flow(caller, "card-scores", "request") for caller in ("web-shop", "till")],
    )
    with pytest.raises(NotFeasible, match="2 callers \\(web-shop, till\\)"):
        only_caller(PART, two)
    with pytest.raises(NotFeasible, match="0 callers"):
        only_caller(PART, neighbours(PART))


def test_a_caller_inside_the_program_is_none() -> None:
    inside = neighbours(PART, component("portal"), flows=[flow("portal", "card-scores", "request")])
    with pytest.raises(NotFeasible, match="0 callers"):
        only_caller(PART, inside)


def test_a_service_without_a_latency_limit_is_refused() -> None:
    part = component("card-scores", fallback_after_ms=80)
    with pytest.raises(NotFeasible, match="latency_p99_ms"):
        SCORING.arguments(part, neighbours(part, external("web-shop"), flows=ALONE.topology.flows))


def test_its_containers_are_sized_by_what_waits_for_a_reply() -> None:
    rows = SCORING.size(demand(requests_per_second=10_000, growth=0.2, records_per_second=1))
    assert [row.name for row in rows] == ["tasks", "max_tasks"]
    assert rows[0].inputs["requests_per_second"] == 10_000
    assert rows[0].value % 3 == 0, "as many in each of three zones"
