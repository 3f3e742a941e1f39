"""Refusal with a way out: each change that is named was tried, and makes the spec feasible."""

from __future__ import annotations

import re

import pytest

from archgen.design import design, plan
from archgen.errors import NotFeasible, Problem
from archgen.feasibility.changes import changed as moved
from archgen.feasibility.relaxing import ways_out
from archgen.spec import Spec
from tests.specs import changed

_WAYS = re.compile(r"any one of these makes it feasible: (.*)$")


def ways(refused: pytest.ExceptionInfo[NotFeasible]) -> list[str]:
    found = _WAYS.search(str(refused.value.problems[0].hint))
    assert found, refused.value.problems[0].hint
    return found[1].split(", or ")


def test_a_latency_below_the_hops_names_their_sum_and_what_a_hop_less_would_do() -> None:
    asked = changed("fraud-slice", ("p99: 100 ms", "p99: 40 ms"))
    with pytest.raises(NotFeasible) as refused:
        plan(asked)
    assert ways(refused) == ["workload.latency.p99: 44 ms", "features: online: false (all features in the request)"]
    longer = moved(asked, "workload.latency.p99", "44 ms")
    without = moved(asked, "features", {"online": False})
    assert longer is not None and without is not None
    plan(longer)
    plan(without)


def test_a_change_that_does_not_help_is_not_named() -> None:
    with pytest.raises(NotFeasible) as refused:
        plan(changed("fraud-slice", ("p99: 100 ms", "p99: 20 ms")))
    assert ways(refused) == ["workload.latency.p99: 44 ms"]


def test_a_window_that_is_too_short_is_widened_by_the_least() -> None:
    asked = changed("demand-forecasting", ('done_by: "05:00"', 'done_by: "03:30"'), ('by: "05:00"}]', 'by: "05:00"}]'))
    with pytest.raises(NotFeasible) as refused:
        plan(asked)
    for way in ways(refused):
        path, value = way.split(": ")
        other = moved(asked, path, value)
        assert other is not None
        plan(other)
        assert plan(other).latency is not None
    assert {way.split(": ")[0] for way in ways(refused)} <= {"workload.batch.done_by", "workload.batch.starts"}


def test_a_region_outside_the_residency_names_regions_inside() -> None:
    asked = changed("fraud-slice", ("region: eu-west-1", "region: us-east-1"))
    with pytest.raises(NotFeasible) as refused:
        design(asked)
    assert ways(refused) == ["platform.region: eu-central-1", "platform.region: eu-north-1"]
    other = moved(asked, "platform.region", "eu-central-1")
    assert other is not None
    design(other)


def test_a_gateway_that_nothing_builds_can_be_left_out() -> None:
    with pytest.raises(NotFeasible) as refused:
        design(changed("fraud-slice", ("gateway: none", "gateway: kong")))
    assert "platform.gateway: none" in ways(refused)


def test_a_prohibited_practice_has_no_way_out() -> None:
    statement = "Save agents the writing of a summary after each call"
    with pytest.raises(NotFeasible) as refused:
        plan(changed("call-summaries", (statement, "Infer the mood of employees")))
    assert not _WAYS.search(str(refused.value.problems[0].hint))


def same(spec: Spec | None) -> Spec:
    assert spec is not None
    return spec


def test_what_must_agree_moves_along() -> None:
    spec = changed("fraud-slice")
    faster = same(moved(spec, "workload.traffic.peak", "20000/s"))
    assert faster.request_source is not None and faster.request_source.rate == 20_000
    slower = same(moved(spec, "sources[authorisations].rate", "1000/s"))
    assert slower.workload.traffic is not None
    assert (slower.workload.traffic.peak, slower.workload.traffic.average) == (1000, 1000)
    labelled = same(moved(spec, "problem.labels.positives", "300M"))
    assert labelled.problem.labels is not None and labelled.problem.labels.rows == 300e6


def test_a_change_that_contradicts_the_spec_is_none() -> None:
    assert moved(changed("fraud-slice"), "platform.environments", ["dev"]) is None
    assert moved(changed("fraud-slice"), "workload.latency.p99", "fast") is None


def _with_sources(many: int, odd: str) -> Spec:
    """The slice with sources from SAP, which has an intake, and one from `odd`."""
    line = "  - {{id: s{n}, system: {system}, delivery: daily, data: [confidential], size: 1 GB, use: features}}\n"
    sources = "".join(line.format(n=n, system=odd if n == many - 1 else "sap") for n in range(many))
    return changed("fraud-slice", ("sources:\n", f"sources:\n{sources}"))


def test_of_many_sources_the_one_that_has_no_home_is_left_out() -> None:
    with pytest.raises(NotFeasible) as refused:
        design(_with_sources(60, "oracle"))
    assert "sources: without s59" in str(refused.value)


def test_where_many_have_no_home_they_are_not_left_out_by_turns() -> None:
    """Each try is a design: three hundred of them once took a quarter of a minute, and none alone could help."""
    spec = _with_sources(300, "sap")
    homeless = [Problem(id="no-home", message=f"'{source.id}-intake' has no home") for source in spec.sources]
    tried = []

    def attempt(other: Spec) -> None:
        tried.append(other)
        raise NotFeasible(*homeless)

    assert ways_out(spec, homeless, attempt) == ()
    assert len(tried) < 5
