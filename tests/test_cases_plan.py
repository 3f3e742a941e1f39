"""What an expert expects of twelve cases, asserted on what is planned: decisions, feasibility and arithmetic."""

from __future__ import annotations

from functools import cache

import pytest

from archgen.decisions import Decision
from archgen.design import Plan, design, plan
from archgen.documents.plan import plan_of
from archgen.errors import NotFeasible
from tests.specs import changed, spec


@cache
def planned(case: str) -> Plan:
    return plan(spec(case))


def choice(case: str, question: str) -> str:
    return planned(case).decisions[question].choice


def rejected(decision: Decision, option: str) -> str:
    return next(f"{one.reason}: {one.figure}" for one in decision.rejected if option in one.option)


def said(case: str, question: str) -> str:
    decision = planned(case).decisions[question]
    return " ".join((decision.choice, decision.rationale, *decision.consequences))


class TestFraudDetection:
    CASE = "payments-fraud"

    def test_rules_and_boosting_with_reason_codes_and_three_ways(self) -> None:
        for part in ("rules", "gradient-boosted", "reason codes", "three-way"):
            assert part in choice(self.CASE, "approach")
        assert "p99" in rejected(planned(self.CASE).decisions["approach"], "language model")
        assert "no new customers" in rejected(planned(self.CASE).decisions["approach"], "Fraud Detector")

    def test_card_numbers_become_tokens_before_anything_lands(self) -> None:
        assert "on arrival" in choice(self.CASE, "card-data")
        assert choice(self.CASE, "transformation").startswith("ETL")
        assert choice(self.CASE, "processing").startswith("streaming")

    def test_limits_of_each_cloud_keep_their_service_off_the_hot_path(self) -> None:
        assert "30,000 reads/s" in rejected(planned(self.CASE).decisions["online-features"], "Feature Store online")
        assert "10,000 requests/s" in rejected(planned(self.CASE).decisions["front-door"], "managed API gateway")
        assert rejected(planned(self.CASE).decisions["decision-events"], "event router")
        for cloud, region, service in (
            ("azure", "westeurope", "managed online endpoint"),
            ("gcp", "europe-west4", "shared public endpoint"),
        ):
            there = plan(changed(self.CASE, ("cloud: aws ", f"cloud: {cloud} "), ("eu-west-1", region)))
            assert "500" in rejected(there.decisions["serving"], service)

    def test_hot_features_in_memory_and_what_was_read_kept_for_training(self) -> None:
        assert choice(self.CASE, "online-features").startswith("yes: an in-memory store")
        assert "offline store keeps what was read" in said(self.CASE, "online-features")
        assert "private load balancer" in choice(self.CASE, "front-door")

    def test_cpus_a_budget_of_44_ms_and_rules_at_80(self) -> None:
        assert choice(self.CASE, "accelerator").startswith("no")
        latency = planned(self.CASE).latency
        assert latency is not None and latency.total_ms == 44
        assert choice(self.CASE, "fallback") == "rules alone, 80 ms after receipt"

    def test_shadow_then_canary_with_a_guard_on_approvals_and_proxies_first(self) -> None:
        assert choice(self.CASE, "release").startswith("shadow, then canary")
        assert "approval rate" in said(self.CASE, "release")
        for part in ("PSI", "reviewed precision", "proxies first"):
            assert part in choice(self.CASE, "monitoring")

    def test_not_high_risk_by_the_exception_while_gdpr_22_and_35_apply(self) -> None:
        assert choice(self.CASE, "regulation").startswith("minimal")
        assert "exception for detecting financial fraud" in choice(self.CASE, "regulation")
        assert "Art. 22" in said(self.CASE, "regulation") and "Art. 35" in said(self.CASE, "regulation")

    def test_half_of_the_lost_value_at_what_reviewers_can_work_off(self) -> None:
        required = planned(self.CASE).required
        steps = {step.name: step.result for step in required.steps}
        assert steps["value recall"] == pytest.approx(0.5)
        assert steps["false-positive cap of manual review"] == pytest.approx(5000 / (3500 * 86_400))
        assert "step up" in required.operating_point

    def test_go(self) -> None:
        assert planned(self.CASE).feasibility.verdict == "go"


class TestDemandForecasting:
    CASE = "demand-forecasting"

    def test_one_model_over_all_series_in_batches(self) -> None:
        assert "one gradient-boosted model over all series" in choice(self.CASE, "forecasting-approach")
        assert choice(self.CASE, "processing") == "batch" and choice(self.CASE, "serving") == "batch transform"

    def test_what_would_be_over_engineering_is_not_even_asked(self) -> None:
        assert not {"online-features", "front-door", "fallback", "release", "decision-events"} & set(
            planned(self.CASE).decisions
        )

    def test_etl_in_the_lake_with_a_gate_before_the_forecast(self) -> None:
        assert choice(self.CASE, "transformation").startswith("ETL in the lake")
        assert "checks" in choice(self.CASE, "transformation")

    def test_the_planner_of_today_is_the_baseline_and_stock_follows_the_error(self) -> None:
        assert "planner" in said(self.CASE, "forecasting-approach")
        steps = {step.name: step.result for step in planned(self.CASE).required.steps}
        assert steps["WAPE"] == pytest.approx(0.24) and steps["safety stock"] > 0
        assert "bias" in planned(self.CASE).required.metric

    def test_interruptible_training_with_checkpoints_and_minimal_risk(self) -> None:
        assert choice(self.CASE, "spot-training").startswith("interruptible")
        assert choice(self.CASE, "regulation").startswith("minimal")

    def test_the_window_is_budgeted_and_its_deadline_watched_from_outside(self) -> None:
        latency = planned(self.CASE).latency
        assert latency is not None and latency.reserve_ms >= 0
        assert "second schedule at the deadline" in choice(self.CASE, "orchestration")


class TestChurnScoring:
    CASE = "churn-scoring"

    def test_propensity_with_a_holdout_until_treatment_was_randomised(self) -> None:
        assert choice(self.CASE, "approach").startswith("propensity")
        assert "holdout" in choice(self.CASE, "approach")
        tried = plan(changed(self.CASE, ("customers: 1M,", "customers: 1M, randomised_contacts: 40k,")))
        assert tried.decisions["approach"].choice.startswith("uplift")

    def test_recall_and_precision_at_the_contacts_there_are(self) -> None:
        steps = {step.name: step.result for step in planned(self.CASE).required.steps}
        assert steps["recall at K"] == pytest.approx(0.5)
        assert steps["precision at K"] == pytest.approx(1 / 6)
        assert steps["lift at K"] == pytest.approx(8.33, abs=0.01)
        assert steps["sample of each arm"] == 31_671

    def test_lists_in_batches_and_never_an_endpoint_for_each_tenant(self) -> None:
        assert choice(self.CASE, "serving") == "batch transform"
        assert "200 models" in rejected(planned(self.CASE).decisions["serving"], "200 endpoints")
        for part in ("multi-model endpoint", "Model Monitor", "job of our own"):
            assert part in said(self.CASE, "serving")

    def test_isolation_is_stated_with_cost_by_tenant_and_a_way_up(self) -> None:
        assert choice(self.CASE, "tenancy").startswith("bridge: a prefix")
        assert "tagged by tenant" in said(self.CASE, "tenancy") and "premium" in said(self.CASE, "tenancy")


class TestDocumentProcessing:
    CASE = "document-processing"

    def test_asynchronous_with_a_queue_and_no_endpoint_held_open(self) -> None:
        assert choice(self.CASE, "serving").startswith("asynchronous")
        for part in ("back-pressure", "dead letters", "keyed by its own id", "duplicates"):
            assert part in said(self.CASE, "serving")
        assert rejected(planned(self.CASE).decisions["serving"], "real-time endpoint")

    def test_managed_extraction_first_and_an_own_model_as_challenger(self) -> None:
        assert choice(self.CASE, "approach").startswith("managed extraction or a language model")
        assert "challenger" in choice(self.CASE, "approach")

    def test_confidence_per_field_and_a_queue_in_people_with_a_deadline(self) -> None:
        required = planned(self.CASE).required
        steps = {step.name: step.result for step in required.steps}
        assert steps["rate per field"] == pytest.approx(0.978, abs=0.0005)
        assert steps["people in the queue"] == pytest.approx(15.4, abs=0.05)
        assert steps["clean samples"] == 299
        assert "within 4 hours" in required.operating_point


class TestServiceAssistant:
    CASE = "service-assistant"

    def test_retrieval_and_not_fine_tuning(self) -> None:
        assert choice(self.CASE, "approach").startswith("retrieval-augmented")
        reason = rejected(planned(self.CASE).decisions["approach"], "fine-tuning")
        for part in ("stale", "citations", "access control"):
            assert part in reason

    def test_rows_are_trimmed_at_retrieval_and_the_index_is_sized_with_its_floor(self) -> None:
        assert "trimmed to the rows" in choice(self.CASE, "retrieval")
        assert "GB with a replica" in said(self.CASE, "retrieval")
        assert "when nobody asks" in said(self.CASE, "retrieval")

    def test_regional_inference_with_the_tokens_of_a_conversation(self) -> None:
        assert choice(self.CASE, "inference-region").startswith("inference in the allowed region")
        assert "global" in planned(self.CASE).decisions["inference-region"].rejected[0].option
        # 4 answers x (6000 x (1 - 0.9 x 0.4) + 350)
        assert "16,760 billed tokens a conversation" in said(self.CASE, "inference-region")

    def test_guardrails_a_groundedness_gate_and_transparency(self) -> None:
        assert "groundedness" in choice(self.CASE, "answer-gate") and "guardrails" in choice(self.CASE, "answer-gate")
        assert "Art. 50" in choice(self.CASE, "regulation")
        assert "containment of at least 50%" in planned(self.CASE).required.metric


class TestRecommendation:
    CASE = "recommendation"

    def test_two_stages_with_popularity_for_the_cold_start(self) -> None:
        assert choice(self.CASE, "approach").startswith("two-stage")
        assert "popularity for the cold start" in choice(self.CASE, "approach")
        assert "popular" in choice(self.CASE, "fallback")

    def test_an_a_b_test_decides_and_offline_ranking_is_only_a_gate(self) -> None:
        required = planned(self.CASE).required
        assert "offline NDCG is only a gate" in required.metric
        arm = next(step.result for step in required.steps if step.name == "sample of each arm")
        assert arm == pytest.approx(208_000, rel=0.001)


class TestPredictiveMaintenance:
    CASE = "predictive-maintenance"

    def test_anomalies_with_a_review_queue_now_and_supervision_later(self) -> None:
        assert choice(self.CASE, "approach") == "anomaly detection with a review queue now, supervised later"
        assert "40 failures" in rejected(planned(self.CASE).decisions["approach"], "supervised")

    def test_micro_batches_lead_time_and_false_alarms(self) -> None:
        assert choice(self.CASE, "processing").startswith("micro-batches")
        metric = planned(self.CASE).required.metric
        assert "recall of at least 0.375" in metric and "lead time" in metric
        assert "false alarms per asset and month" in metric

    def test_the_verdict_is_a_pilot_or_data_first_and_labels_are_what_is_missing(self) -> None:
        feasibility = planned(self.CASE).feasibility
        assert feasibility.verdict in ("pilot", "data first")
        labels = next(row for row in feasibility.criteria if row.id == "label-volume")
        assert labels.points == 0 and labels.way and "review queue" in labels.way


class TestVisualInspection:
    CASE = "visual-inspection"

    def test_at_the_edge_with_store_and_forward_and_no_endpoint_in_the_takt(self) -> None:
        assert choice(self.CASE, "placement").startswith("at the edge")
        assert "stored on the site and forwarded" in said(self.CASE, "placement")
        assert choice(self.CASE, "serving").startswith("on the device")
        assert "real-time endpoint in the cloud" in [
            one.option for one in planned(self.CASE).decisions["serving"].rejected
        ]

    def test_nothing_in_the_cloud_stands_before_the_device(self) -> None:
        assert "front-door" not in planned(self.CASE).decisions
        assert choice(self.CASE, "accelerator") == "yes: a small accelerator in each device"

    def test_the_time_is_that_of_the_device_and_not_of_a_call(self) -> None:
        latency = planned(self.CASE).latency
        assert latency is not None and latency.total_ms <= 400
        assert not any("load balancer" in hop.hop for hop in latency.hops)

    def test_transfer_learning_and_recall_from_escapes(self) -> None:
        assert choice(self.CASE, "approach").startswith("transfer learning")
        recall = planned(self.CASE).required.steps[0]
        assert (recall.inputs["defects"], recall.result) == (pytest.approx(0.005), pytest.approx(0.99))


class TestCreditScoring:
    CASE = "credit-scoring"

    def test_high_risk_with_its_point_its_date_and_gdpr(self) -> None:
        assert choice(self.CASE, "regulation").startswith("high-risk")
        assert "Annex III 5(b)" in choice(self.CASE, "regulation")
        assert "2027-12-02" in choice(self.CASE, "regulation")
        assert "GDPR Art. 22" in said(self.CASE, "oversight")

    def test_a_scorecard_or_monotonic_boosting_and_no_network_in_the_decision(self) -> None:
        decision = planned(self.CASE).decisions["approach"]
        assert decision.choice.startswith("scorecard or monotonic gradient-boosted model with reason codes")
        assert {"deep network", "language model in the decision"} <= {one.option for one in decision.rejected}
        assert "challenger" in said(self.CASE, "approach") and "groups" in said(self.CASE, "approach")

    def test_people_oversee_logs_are_kept_and_bias_is_tested(self) -> None:
        assert "a person confirms" in choice(self.CASE, "oversight")
        assert "Logs are kept" in said(self.CASE, "regulation")
        assert "between groups" in said(self.CASE, "monitoring")
        assert planned(self.CASE).feasibility.verdict == "pilot"


class TestClinicalRisk:
    CASE = "clinical-risk"

    def test_a_clinician_decides_on_a_calibrated_risk(self) -> None:
        assert "clinician decides" in planned(self.CASE).required.operating_point
        assert "expected over observed" in planned(self.CASE).required.metric
        assert any("gap" in guard for guard in planned(self.CASE).required.guards)

    def test_keys_private_paths_and_nothing_outside_the_agreement(self) -> None:
        assert choice(self.CASE, "encryption").startswith("keys of the client")
        assert "in the workload's own network" in choice(self.CASE, "private-endpoints")
        assert "business associate agreement" in said(self.CASE, "regulation")

    def test_the_device_question_is_raised(self) -> None:
        assert "medical-device" in said(self.CASE, "oversight")
        assert [gate.id for gate in planned(self.CASE).feasibility.conditions] == ["medical-device"]
        assert choice(self.CASE, "regulation").startswith("out of scope")


class TestCallSummaries:
    CASE = "call-summaries"

    def test_redaction_first_and_a_small_model_in_batches(self) -> None:
        assert choice(self.CASE, "approach").startswith("redaction first, then a small language model")
        assert choice(self.CASE, "serving").startswith("batch inference")
        assert "1,800,000 texts a month" in rejected(planned(self.CASE).decisions["approach"], "large hosted model")

    def test_a_card_of_our_own_runs_only_with_the_batch(self) -> None:
        assert choice(self.CASE, "accelerator").startswith("yes: 3 GPUs of 24 GB, started for the run")
        few = plan(changed(self.CASE, ("rows: 60k", "rows: 6k")))
        assert "hosted language model" in few.decisions["approach"].choice
        assert few.decisions["accelerator"].choice.startswith("none of our own")

    def test_inferring_the_emotions_of_staff_is_refused_with_its_article(self) -> None:
        statement = "Save agents the writing of a summary after each call"
        asked = changed(self.CASE, (statement, "Infer the emotions of our agents from their calls"))
        with pytest.raises(NotFeasible, match=r"Art\. 5\(1\)\(f\)"):
            plan(asked)
        plan(changed(self.CASE, (statement, "Summarise calls without inferring emotions of agents")))


class TestHrScreening:
    CASE = "hr-screening"

    def test_high_risk_for_recruitment(self) -> None:
        assert "Annex III 4(a)" in choice(self.CASE, "regulation")

    def test_it_orders_for_a_person_and_never_rejects_alone(self) -> None:
        assert "never acts alone" in choice(self.CASE, "oversight")
        alone = plan(changed(self.CASE, ("automation: advisory", "automation: automatic")))
        assert "a person confirms" in alone.decisions["oversight"].choice

    def test_a_language_model_extracts_and_never_weighs(self) -> None:
        assert "a language model extracts and never weighs" in choice(self.CASE, "approach")

    def test_a_pilot_with_conditions_and_tests_for_adverse_impact(self) -> None:
        feasibility = planned(self.CASE).feasibility
        assert feasibility.verdict == "pilot"
        (condition,) = feasibility.conditions
        assert "adverse impact" in condition.way
        assert "at least 0.8" in said(self.CASE, "monitoring")


SIZED = {
    "payments-fraud": {("model", "queue_wait_p99_ms"), ("online-features", "table_write_units"), ("review", "people")},
    "demand-forecasting": {("service", "late_runs_a_year"), ("training", "training_time")},
    "churn-scoring": {("scores", "instances"), ("training", "hours_of_a_run")},
    "document-processing": {
        ("language-model", "quota_a_minute"),
        ("language-model", "own_cards"),
        ("review", "people"),
    },
    "service-assistant": {
        *(("language-model", name) for name in ("tokens_a_second", "quota_a_minute", "own_cards", "answers_in_flight")),
        *(("index", name) for name in ("vectors", "memory_gb", "capacity_units")),
        ("review", "people"),
    },
    "recommendation": {("model", "instances"), ("stream", "units"), ("model", "requests_in_flight")},
    "predictive-maintenance": {("stream", "units"), ("review", "people")},
    "visual-inspection": {("site", "buffer_gb"), ("training", "hours_of_a_run"), ("review", "people")},
    "credit-scoring": {("model", "instances"), ("training", "hours_of_a_run")},
    "clinical-risk": {("scores", "instances"), ("service", "late_runs_a_year")},
    "call-summaries": {("language-model", "own_cards"), ("language-model", "tokens_a_month"), ("review", "people")},
    "hr-screening": {("scores", "instances"), ("training", "hours_of_a_run")},
}
"""What an expert sizes in each case, whether a blueprint builds it or not; a lake that grows is in all of them."""


@pytest.mark.parametrize("case", sorted(SIZED))
def test_every_case_is_sized_with_or_without_a_blueprint(case: str) -> None:
    rows = {(row["component"], row["name"]): row for row in plan_of(spec(case), None, None)["sizing"]}
    assert set(rows) >= SIZED[case] | {("lake", f"gigabytes_after_year_{year}") for year in (1, 2, 3)}
    for row in rows.values():
        assert row["formula"] and row["low"] <= row["value"] <= row["high"]


def test_figures_of_sizing_that_an_expert_would_reckon() -> None:
    def value(case: str, component: str, name: str) -> float:
        rows = plan_of(spec(case), None, None)["sizing"]
        return next(row["value"] for row in rows if (row["component"], row["name"]) == (component, name))

    # 10,000 x 1.2 / (1,500 x 0.7) = 12, one of three zones lost: 18.
    assert value("payments-fraud", "model", "instances") == 18
    # 5,000 reviews of 3 min in days of 6.5 h.
    assert value("payments-fraud", "review", "people") == pytest.approx(38.5, abs=0.05)
    # The queue of the arithmetic: 10,000 x 20 % x 3 min / 6.5 h.
    assert value("document-processing", "review", "people") == pytest.approx(15.4, abs=0.05)
    # 60 of an hour, around the clock.
    assert value("visual-inspection", "review", "people") == pytest.approx(60 * 24 * 3 / 60 / 6.5, abs=0.05)
    # 300 presses with half a false alarm a month: 5 a day.
    assert value("predictive-maintenance", "review", "people") == pytest.approx(5 * 3 / 60 / 6.5, abs=0.05)
    # 60,000 texts a day of 2,620 tokens.
    assert value("call-summaries", "language-model", "tokens_a_month") == pytest.approx(60_000 * 30 * 2620 / 1e6, abs=1)


def test_a_case_that_no_blueprint_builds_is_refused_when_it_is_generated() -> None:
    with pytest.raises(NotFeasible):
        design(spec("visual-inspection"))
