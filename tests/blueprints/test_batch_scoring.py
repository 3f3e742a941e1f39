"""A night has what a night needs, and nothing that would stand idle by day."""

from __future__ import annotations

import pytest

from archgen.blueprints import blueprints
from archgen.design import plan
from archgen.topology import Topology
from blueprints.batch_scoring.blueprint import IDLE_BY_DAY
from tests.specs import changed, spec

CASE = "demand-forecasting"


def topology(*replacements: tuple[str, str]) -> Topology:
    found = plan(changed(CASE, *replacements)).topology
    assert found is not None
    return found


def roles(found: Topology) -> set[str]:
    return {component.role for component in found.components}


def test_it_is_the_blueprint_of_a_batch_and_of_nothing_else() -> None:
    assert topology().blueprint == "batch_scoring"
    suited = {b.id: b.suits(spec("fraud-slice"), {}) for b in blueprints()}
    assert [v.need for v in suited["batch_scoring"].violated if v.need == "workload.mode"]
    assert not suited["realtime_scoring"].violated


def test_there_is_no_endpoint_no_online_store_no_stream_and_no_gateway() -> None:
    for found in (topology(), topology(("task: forecasting", "task: churn"))):
        assert not roles(found) & IDLE_BY_DAY


@pytest.mark.parametrize(
    ("replaced", "path"),
    [
        (("mode: existing}}", "mode: existing}, gateway: kong}"), "platform.gateway"),
        (('pattern: batch, by: "05:00"', "pattern: sync"), "consumers[replenishment].pattern"),
        (('pattern: batch, by: "05:00"', "pattern: event"), "consumers[replenishment].pattern"),
        (("delivery: daily, size: 6 GB", "delivery: stream, rate: 10/s, record: 1 KB"), "sources[orders].delivery"),
    ],
)
def test_what_would_need_one_is_refused_by_name(replaced: tuple[str, str], path: str) -> None:
    planned = plan(changed(CASE, replaced))
    assert planned.topology is None
    assert path in {problem.path for problem in planned.unsuited}


def test_the_night_runs_every_part_that_works_at_night_and_nothing_else() -> None:
    found = topology()
    run = {flow.target for flow in found.flows if flow.kind == "run"}
    assert run == {"orders-intake", "promotions-intake", "curation", "forecast", "replenishment-writeback"}
    assert {flow.source for flow in found.flows if flow.kind == "run"} == {"night"}
    # Training takes hours and is due a few times a year: it never stands in the way of the answers.
    assert "training" not in run


def test_what_the_night_runs_knows_its_window_and_has_no_schedule_of_its_own() -> None:
    found = topology()
    for id in ("orders-intake", "promotions-intake", "curation"):
        needs = found.component(id).needs
        assert needs["orchestrated"] is True
        assert (needs["starts"], needs["done_by"], needs["time_zone"]) == ("01:00", "05:00", "Europe/Berlin")
    assert "orchestrated" not in found.component("training").needs


def test_data_goes_from_the_sources_to_the_consumer() -> None:
    flows = {flow.id: flow for flow in topology().flows}
    chain = (
        ("orders-to-orders-intake", "files", "orders-intake"),
        ("orders-intake-to-landing", "objects", "orders-intake"),
        ("landing-to-curation", "objects", "curation"),
        ("curation-to-curated", "objects", "curation"),
        ("curated-to-forecast", "objects", "forecast"),
        ("registry-to-forecast", "model", "forecast"),
        ("forecast-to-results", "objects", "forecast"),
        ("results-to-replenishment-writeback", "objects", "replenishment-writeback"),
        ("replenishment-writeback-to-replenishment", "decisions", "replenishment-writeback"),
    )
    for id, kind, opener in chain:
        assert (flows[id].kind, flows[id].opener) == (kind, opener)


def test_answers_are_kept_as_decisions_and_raw_data_as_raw_data() -> None:
    found = topology(("governance: {", "governance: {retention: {raw: 90 days, decisions: 2 years}, "))
    assert found.component("landing").needs["keep_days"] == 90
    assert found.component("results").needs["keep_days"] == 730


def test_a_source_a_consumer_and_a_budget_that_are_gone_take_their_parts_along() -> None:
    whole = {component.id for component in topology().components}
    source = "\n  - {id: promotions, system: snowflake, delivery: daily, size: 1 GB, data: [confidential]}"
    assert whole - {c.id for c in topology((source, "")).components} == {"promotions", "promotions-intake"}
    budget = "\nbudget: {monthly: 6000 USD}"
    assert whole - {c.id for c in topology((budget, "")).components} == {"cost-guard"}


def test_a_model_that_is_brought_takes_training_registry_and_their_monitoring_along() -> None:
    brought = topology(("  availability: 99.5%", "  availability: 99.5%\n  models: {training: elsewhere}"))
    assert not roles(brought) & {"training", "model-registry", "model-monitoring"}
    assert "curation" in roles(brought)


def test_a_consumer_that_fetches_a_file_is_written_to_by_nobody() -> None:
    found = topology(("pattern: batch, by", "pattern: file, by"))
    assert found.component("replenishment-files").role == "result-files"
    assert "replenishment-files-to-replenishment" in {flow.id for flow in found.flows}
