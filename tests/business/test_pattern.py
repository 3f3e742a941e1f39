"""From a KPI to a metric: all patterns, named assumptions for what is not said, and honesty about what is unknown."""

from __future__ import annotations

import pytest

from archgen.business import KpiPattern, Requirement, patterns, requirement_of
from archgen.knowledge import assumptions
from tests.specs import changed

_KPI = "{metric: fraud-loss, baseline: 12 bps, target: 6 bps, within: 12 months, guard: approval rate,\n" + " " * 8
_INPUTS = "inputs: {review_capacity: 5000/day, amount: 80 EUR}}"


def required(kpi: str) -> Requirement:
    spec = changed("fraud-slice", (_KPI + _INPUTS, kpi))
    return requirement_of(spec, assumptions().overridden(spec.assumptions))


def test_all_fourteen_patterns_are_there_and_share_no_metric() -> None:
    assert list(patterns()) == [f"KPI-{number:02d}" for number in range(1, 15)]
    metrics = [metric for one in patterns().values() for metric in one.metrics]
    assert len(metrics) == len(set(metrics))


@pytest.mark.parametrize("pattern", patterns().values(), ids=lambda one: one.id)
def test_each_pattern_shows_its_arithmetic_and_when_it_cannot_be(pattern: KpiPattern) -> None:
    found = required(f"{{metric: {pattern.metrics[0]}, baseline: 10%, target: 8%}}")
    assert found.pattern == pattern.id
    assert found.metric and found.operating_point and found.proof and found.guards and found.infeasible_when
    for step in found.steps:
        assert step.formula and step.inputs and step.unit
    assert set(found.assumed) <= set(assumptions())


def test_a_missing_input_is_a_named_assumption_and_a_given_one_is_none() -> None:
    without = required("{metric: contact-deflection, target: 40%}")
    assert without.assumed == ("kpi_resolution",)
    given = required("{metric: contact-deflection, target: 40%, inputs: {resolution: 50%}}")
    assert given.assumed == () and given.steps[0].result == pytest.approx(0.8)


def test_an_assumption_of_the_spec_wins() -> None:
    spec = changed(
        "fraud-slice",
        (_KPI + _INPUTS, "{metric: contact-deflection, target: 40%}"),
        ("assumptions: {}", "assumptions: {kpi_resolution: 0.4}"),
    )
    found = requirement_of(spec, assumptions().overridden(spec.assumptions))
    assert found.steps[0].result == pytest.approx(1.0)


def test_an_unknown_metric_is_not_guessed_at() -> None:
    found = required("{metric: happiness, target: 8}")
    assert found.pattern is None and found.steps == ()
    assert "state it as" in found.metric and "fraud-loss" in found.metric


def test_an_input_without_a_use_is_named() -> None:
    assert required("{metric: contact-deflection, target: 40%, inputs: {moon: 3}}").unused == ("moon",)


@pytest.mark.parametrize(
    ("kpi", "condition"),
    [
        ("{metric: churn-rate, baseline: 2%, target: -40%, inputs: {save_rate: 30%}}", "save rate"),
        ("{metric: conversion, baseline: 3%, target: +1%, inputs: {visits: 2000/day}}", "traffic"),
        ("{metric: contact-deflection, target: 90%, inputs: {resolution: 80%}}", "containment above 1"),
        ("{metric: unplanned-downtime, target: -90%, inputs: {action_success: 50%}}", "recall above 1"),
        ("{metric: forecast-error, baseline: 10%, target: 2%}", "noise floor"),
        ("{metric: straight-through, target: 80%, inputs: {error_limit: 0.1%}}", "noise of reading"),
    ],
)
def test_what_no_model_can_reach_is_said(kpi: str, condition: str) -> None:
    assert any(condition in one for one in required(kpi).infeasible)


def test_a_scheme_limit_is_watched_at_four_fifths() -> None:
    found = required("{metric: dispute-ratio, baseline: 1.4%, target: 1%}")
    assert found.steps[0].result == pytest.approx(0.008)
    assert "PSD2 for this amount: 13 bps" in found.operating_point


@pytest.mark.parametrize(
    "kpi",
    [
        "{metric: churn-rate, baseline: 2000, target: -15%}",
        "{metric: conversion, baseline: 0%, target: +5%}",
        "{metric: straight-through, target: 100%}",
        "{metric: escapes, target: 5}",
    ],
)
def test_figures_that_do_not_fit_are_named_and_nothing_is_reckoned(kpi: str) -> None:
    found = required(kpi)
    assert found.pattern and not found.steps and "nothing can be reckoned" in found.metric
