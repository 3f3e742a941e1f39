"""Recommending a cloud: data, neighbours and quotas decide, and a tie is said."""

from __future__ import annotations

from archgen.decisions import Case, decide, scored
from archgen.design import design
from archgen.documents.plan import plan_of
from archgen.knowledge import assumptions
from archgen.spec import Spec
from tests.specs import changed


def best(spec: Spec) -> str:
    return scored(Case(spec=spec, assumptions=assumptions(), made={}))[0].cloud


def open_to_all(*replacements: tuple[str, str]) -> Spec:
    return changed("fraud-slice", ("cloud: aws ", "cloud: recommend "), *replacements)


def test_data_draws_to_its_cloud() -> None:
    assert best(changed("demand-forecasting", ("system: snowflake", "system: bigquery"))) == "gcp"
    assert best(changed("demand-forecasting", ("system: snowflake", "system: redshift"))) == "aws"
    assert best(changed("service-assistant")) == "azure"


def test_a_quota_below_the_peak_costs_points() -> None:
    points = {one.cloud: one.score for one in scored(Case(spec=open_to_all(), assumptions=assumptions(), made={}))}
    assert points["azure"] < points["aws"] == points["gcp"]


def test_skills_break_a_tie_and_that_is_a_flip() -> None:
    decision = decide(open_to_all(), assumptions())["cloud"]
    assert "commitment would decide" in decision.rationale
    assert [str(flip) for flip in decision.flips_when] == ["team.skills includes azure"] or decision.flips_when
    flip = decision.flips_when[0]
    assert best(open_to_all(("[sql, python, ml]", f"[sql, python, ml, {flip.value}]"))) == flip.value


def test_a_recommended_cloud_is_designed_among_those_that_have_the_region() -> None:
    designed = design(open_to_all())
    assert designed.cloud.id == "aws"
    decision = designed.decisions["cloud"]
    assert decision.choice == "AWS"
    assert {one.reason for one in decision.rejected} == {"has no region eu-west-1"}


def test_naming_the_cloud_makes_it_given() -> None:
    assert design(open_to_all(), cloud="aws").decisions["cloud"].kind == "given"


def test_without_a_region_a_recommendation_is_planned_and_sized_in_outline() -> None:
    said = plan_of(open_to_all(("  region: eu-west-1\n", "")), None, None)
    assert "topology" in said
    assert {"model", "lake"} <= {row["component"] for row in said["sizing"]}
    assert any(decision["id"] == "cloud" for decision in said["decisions"])
