"""From spec to design: what an architect would check before reading any code."""

from __future__ import annotations

import pytest

from archgen.design import PRODUCTION, design, plan
from archgen.errors import NotFeasible, WrongUse
from archgen.sizing import Quantity
from tests.specs import changed, designed, spec

SLICE = "fraud-slice"
LOAD = ("requests_per_second", "records_per_second")


def sizes(**replaced: object) -> dict[tuple[str, str], Quantity]:
    return {(row.component, row.name): row for row in designed(SLICE).sizing}


def test_the_figures_of_the_fraud_case() -> None:
    rows = sizes()
    # 10,000 records/s of 1 KB: 10 units, times 1.5.
    assert rows["events", "shards"].value == 15
    # 12,000 / (1,500 * 0.7) = 12 instances; with one of three zones lost, 18.
    assert rows["model", "instances"].value == 18


def test_the_latency_budget_of_the_fraud_case() -> None:
    latency = designed(SLICE).latency
    assert latency is not None
    assert (latency.total_ms, latency.limit_ms, latency.fallback_after_ms) == (44, 100, 80)
    assert designed(SLICE).topology.component("scoring").needs["fallback_after_ms"] == 80


def test_twice_the_load_changes_only_what_the_load_drives_and_lowers_nothing() -> None:
    doubled = design(changed(SLICE, ("peak: 10000/s", "peak: 20000/s"), ("rate: 10000/s", "rate: 20000/s")))
    before, after = sizes(), {(row.component, row.name): row for row in doubled.sizing}
    assert set(before) == set(after)
    for key, row in before.items():
        driven = bool(set(row.inputs) & set(LOAD))
        assert after[key].value >= row.value, key
        assert driven or after[key] == row, f"{key} does not name the load among its inputs"
    for key in (("events", "shards"), ("decisions", "shards"), ("model", "instances"), ("scoring", "tasks")):
        assert after[key].value > before[key].value


def test_every_size_lies_between_its_low_and_its_high_end() -> None:
    for row in designed(SLICE).sizing:
        assert row.low is not None and row.high is not None
        assert row.low <= row.value <= row.high, row


def test_dev_is_the_stated_minimum_and_staging_no_larger_than_production() -> None:
    for binding in designed(SLICE).bindings.values():
        by_stack = {stack: {row.name: row.value for row in rows} for stack, rows in binding.sizes.items()}
        for name, value in by_stack[PRODUCTION].items():
            assert by_stack["staging"][name] <= value
            if name in binding.service.minimum:
                assert by_stack["dev"][name] == binding.service.minimum[name]


def test_a_latency_below_the_hops_is_refused_with_the_smallest_that_is_feasible() -> None:
    with pytest.raises(NotFeasible) as refused:
        plan(changed(SLICE, ("p99: 100 ms", "p99: 8 ms")))
    (problem,) = refused.value.problems
    assert problem.path == "workload.latency.p99"
    assert "44 ms" in str(problem.expected)
    plan(changed(SLICE, ("p99: 100 ms", "p99: 44 ms")))


def test_a_measured_hop_replaces_the_assumption() -> None:
    measured = changed(SLICE, ("p99: 100 ms", "p99: 40 ms"), ("assumptions: {}", "assumptions: {hop_model_ms: 5}"))
    latency = plan(measured).latency
    assert latency is not None and latency.total_ms == 34


def test_the_fallback_never_fires_before_the_hops_have_had_their_time() -> None:
    for limit in (44, 50, 64, 100):
        latency = plan(changed(SLICE, ("p99: 100 ms", f"p99: {limit} ms"))).latency
        assert latency is not None
        assert 41 <= latency.fallback_after_ms <= limit - 3


def test_what_has_no_home_is_named_thing_by_thing() -> None:
    homeless = changed(
        "payments-fraud", ("gateway: none", "gateway: kong"), ("pattern: event, share", "pattern: file, share"),
        ("[pci-dss, gdpr]", "[hipaa, gdpr]"),
    )  # fmt: skip
    with pytest.raises(NotFeasible) as refused:
        design(homeless)
    said = "\n".join(problem.message for problem in refused.value.problems)
    for id in ("gateway", "case-management-routing", "audit"):
        assert f"'{id}'" in said
    assert "hipaa" in said, "with the framework that nothing keeps evidence for"


def test_a_spec_that_no_blueprint_builds_still_gets_its_decisions() -> None:
    planned = plan(spec("service-assistant"))
    assert planned.topology is None
    assert planned.decisions["network"].choice
    assert {problem.path for problem in planned.unsuited} >= {"workload.latency", "workload.mode"}
    with pytest.raises(NotFeasible, match=r"workload\.latency"):
        design(spec("service-assistant"), "aws", "eu-west-1")


def test_an_unknown_region_lists_those_of_the_same_residency() -> None:
    with pytest.raises(WrongUse) as refused:
        design(spec(SLICE), region="westeurope")
    expected = str(refused.value.problems[0].expected)
    assert "eu-central-1" in expected and "us-east-1" not in expected


def test_a_region_outside_the_residency_is_refused() -> None:
    with pytest.raises(NotFeasible, match="us-east-1 lies outside eu"):
        design(spec(SLICE), region="us-east-1")


def test_a_pin_on_a_service_that_does_not_exist_is_wrong_use() -> None:
    with pytest.raises(WrongUse) as refused:
        design(changed("fraud-slice-kafka", ("kafka_cluster", "kafka_clutser")))
    assert refused.value.problems[0].hint == "did you mean `kafka_cluster`?"


def test_a_pinned_service_is_a_given_decision_that_names_the_pin() -> None:
    decisions = designed("fraud-slice-kafka").decisions
    (decision,) = [d for id, d in decisions.items() if id.startswith("service-") and "kafka_cluster" in str(d.because)]
    assert decision.kind == "given"
    assert decision.rejected[0].option == "kinesis_stream"


def test_every_need_is_of_the_vocabulary() -> None:
    from archgen.knowledge import needs

    for component in designed(SLICE).topology.components:
        assert set(component.needs) <= set(needs()), component.id
