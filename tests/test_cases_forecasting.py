"""What an expert expects of the nightly forecast: on the design, and on what the generated program makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from archgen.bundle import write
from archgen.engine import load_project
from archgen.generation import generated
from archgen.proof import Proof, prove
from archgen.spec import load
from tests.specs import designed, path, wired

CASE = "demand-forecasting"
NIGHT = ("orders-intake", "promotions-intake", "curation", "forecast", "replenishment-writeback")


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Proof]:
    out = tmp_path_factory.mktemp(CASE)
    spec = path(CASE)
    write(generated(load(spec), spec.read_bytes(), None, None, frozenset({"infra", "docs"})), out)
    return {(p.stack, p.phase): p for p in prove(load_project(out), ["dev", "prod"], ["foundation", "live"])}


@pytest.fixture(scope="module")
def live(proofs: Mapping[tuple[str, str], Proof]) -> Proof:
    return proofs["prod", "live"]


def of(proof: Proof, kind: str, component: str | None = None) -> list[Any]:
    return [r for r in proof.resources if r.type.endswith(f":{kind}") and component in (None, r.component)]


def definitions(proof: Proof) -> dict[str, Mapping[str, Any]]:
    return {r.name: json.loads(r.inputs["definition"]) for r in of(proof, "StateMachine")}


def test_every_stack_passes_in_both_phases(proofs: Mapping[tuple[str, str], Proof]) -> None:
    assert len(proofs) == 4
    assert [str(finding) for proof in proofs.values() for finding in proof.findings] == []


def test_one_model_over_all_series_and_no_language_model() -> None:
    decision = designed(CASE).decisions["forecasting-approach"]
    assert "one gradient-boosted model over all series" in decision.choice
    assert {rejected.option for rejected in decision.rejected} >= {"language model", "one statistical model per series"}
    assert "WAPE" in decision.rationale and "planner" in decision.rationale


def test_what_would_stand_idle_by_day_is_neither_designed_nor_made(live: Proof) -> None:
    roles = {component.role for component in designed(CASE).topology.components}
    assert not roles & {"realtime-endpoint", "online-features", "stream-features", "event-stream", "api-gateway"}
    kinds = {kind.removeprefix("aws:") for kind in live.counts}
    must_not = ("sagemaker/endpoint", "elasticache/", "kinesis/stream", "msk/", "apigateway", "lb/", "ecs/")
    assert not [kind for kind in kinds if kind.startswith(must_not)]


def test_the_window_is_budgeted_with_a_reserve_and_shown() -> None:
    latency = designed(CASE).latency
    assert latency is not None and latency.reserve_ms >= 0
    words = " ".join(hop.hop.lower() for hop in latency.hops)
    assert all(step in words for step in ("extraction", "features", "forecast", "write-back", "reserve"))


def test_both_sources_come_over_the_private_network_with_logins_as_settings(live: Proof) -> None:
    settings = {setting.key: setting for setting in wired(CASE).settings}
    for key in ("ordersPassword", "promotionsPrivateKey", "replenishmentPassword"):
        assert settings[key].secret
    for component in ("orders-intake", "promotions-intake", "replenishment-writeback"):
        assert of(live, "Secret", component)
        ranges = [
            r.inputs["cidrIpv4"] for r in of(live, "SecurityGroupEgressRule", component) if "cidrIpv4" in r.inputs
        ]
        assert ranges and not [each for each in ranges if each.endswith("/0")]


def test_the_quality_gate_comes_before_the_forecast_and_the_write_back_after_it(live: Proof) -> None:
    night = definitions(live)["night"]
    order, state = [], night["StartAt"]
    while state:
        order.append(state)
        state = night["States"][state].get("Next")
    assert order[1:] == ["orders-intake and promotions-intake", "curation", "forecast", "replenishment-writeback"]
    assert of(live, "Job", "curation")


def test_every_step_of_the_night_is_waited_for_repeated_once_and_granted(live: Proof) -> None:
    night = definitions(live)["night"]["States"]
    tasks = [state for state in night.values() if state["Type"] == "Task"]
    tasks += [
        branch["States"][branch["StartAt"]]
        for state in night.values()
        if state["Type"] == "Parallel"
        for branch in state["Branches"]
    ]
    assert len(tasks) == len(NIGHT)
    assert all(task["Resource"].endswith((".sync", ".sync:2")) for task in tasks)
    assert all(task["Retry"][0]["MaxAttempts"] == 1 for task in tasks)
    assert {f"night-runs-{step}" for step in NIGHT} <= {r.name for r in of(live, "RolePolicy", "night")}


def test_what_the_night_starts_has_no_schedule_of_its_own(live: Proof) -> None:
    assert not [r for step in NIGHT for r in of(live, "Schedule", step)]
    zones = {r.inputs["scheduleExpressionTimezone"] for r in of(live, "Schedule")}
    assert zones == {"Europe/Berlin"}


def test_a_night_that_misses_its_deadline_or_never_begins_is_noticed(live: Proof) -> None:
    (deadline,) = [r for r in of(live, "Schedule", "night") if r.name == "night-deadline"]
    assert deadline.inputs["scheduleExpression"] == "cron(0 5 * * ? *)"
    assert "Missed" in definitions(live)["night-deadline"]["States"]
    (alarm,) = [r for r in of(live, "MetricAlarm", "night") if r.name == "night-deadline-missed"]
    assert alarm.inputs["alarmActions"]


def test_rows_are_scored_by_an_approved_version_with_input_filter_and_join(live: Proof) -> None:
    states = definitions(live)["forecast-steps"]["States"]
    assert states["Find version"]["Parameters"]["ModelApprovalStatus"] == "Approved"
    assert states["Create model"]["Parameters"]["EnableNetworkIsolation"] is True
    processing = states["Score"]["Parameters"]["DataProcessing"]
    assert processing["InputFilter"] == "$[2:]" and processing["JoinSource"] == "Input"
    assert states["Score"]["Parameters"]["TransformOutput"]["KmsKeyId"]


def test_training_runs_on_spot_with_checkpoints_and_registers_for_approval(live: Proof) -> None:
    objects = [r for r in live.resources if r.component == "training"]
    text = json.dumps([r.inputs for r in objects], default=str)
    assert "EnableManagedSpotTraining" in text and "CheckpointConfig" in text
    assert "PendingManualApproval" in text


def test_refused_rows_are_kept_and_failures_reach_a_person(live: Proof) -> None:
    assert [r for r in of(live, "Queue", "replenishment-writeback") if r.name.endswith("-refused")]
    for component in (*NIGHT, "night", "training", "model-monitoring"):
        alarms = of(live, "MetricAlarm", component)
        assert alarms and all(alarm.inputs["alarmActions"] for alarm in alarms), component


def test_forecasts_are_judged_once_the_days_have_come() -> None:
    (monitoring,) = [i for i in wired(CASE).instances if i.id == "model-monitoring"]
    assert {"curated", "results"} <= {ref.component for ref in monitoring.arguments["sources"]}  # type: ignore[union-attr]
    assert any("WAPE" in str(limit) for limit in monitoring.arguments["limits"])  # type: ignore[union-attr]


def test_the_budget_is_that_of_the_spec_in_its_currency(proofs: Mapping[tuple[str, str], Proof]) -> None:
    amounts = {stack: of(proofs[stack, "live"], "Budget")[0].inputs for stack in ("dev", "prod")}
    assert amounts["prod"]["limitAmount"] == "6000" and amounts["dev"]["limitAmount"] == "600"
    assert {budget["limitUnit"] for budget in amounts.values()} == {"USD"}


def test_one_dashboard_shows_every_part_of_the_night(live: Proof) -> None:
    shown = [dashboard.inputs["dashboardBody"] for dashboard in of(live, "Dashboard")]
    assert any(all(f"## {step}" in body for step in NIGHT) for body in shown)
