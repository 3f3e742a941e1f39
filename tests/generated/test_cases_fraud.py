"""What an expert expects of card-fraud detection on AWS, in the decisions, in the sizes and in what was recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from archgen.decisions import Decision
from archgen.design import Plan, plan
from archgen.engine import Resource, load_project
from archgen.proof import Proof, prove
from tests.specs import designed, spec

WHOLE = "payments-fraud"
PUBLIC_ENTRANCES = ("aws:apigateway/", "aws:apigatewayv2/", "aws:ec2/internetGateway:", "aws:ec2/natGateway:")
GPU = ("ml.g", "ml.p", "ml.inf", "ml.trn")
Recorded = Mapping[str, Proof]


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan(spec(WHOLE))


@pytest.fixture(scope="module")
def recorded(project: Callable[..., Path]) -> Recorded:
    """The prod stack by phase."""
    return {proof.phase: proof for proof in prove(load_project(project(WHOLE)), ["prod"], ["foundation", "live"])}


def of_type(proof: Proof, end: str) -> Iterator[Resource]:
    return (resource for resource in proof.resources if resource.type.endswith(end))


def one(proof: Proof, end: str, name: str | None = None) -> Resource:
    (found,) = [resource for resource in of_type(proof, end) if name in (None, resource.name)]
    return found


def rejected(decision: Decision, part: str) -> str:
    """The figure that rules an option out."""
    (found,) = [row for row in decision.rejected if part in row.option]
    return found.figure


def environment(task: Resource) -> Mapping[str, str]:
    (container,) = json.loads(task.inputs["containerDefinitions"])
    return {variable["name"]: variable["value"] for variable in container["environment"]}


class TestApproach:
    def test_rules_and_a_boosted_model_decide_three_ways_with_reasons(self, planned: Plan) -> None:
        approach = planned.decisions["approach"]
        for part in ("rules", "gradient-boosted", "reason codes", "three-way"):
            assert part in approach.choice

    def test_no_language_model_and_never_fraud_detector(self, planned: Plan) -> None:
        approach = planned.decisions["approach"]
        assert "p99" in rejected(approach, "language model")
        assert "no new customers" in rejected(approach, "Fraud Detector")

    def test_scored_while_the_caller_waits_and_fed_by_a_stream(self, planned: Plan) -> None:
        assert planned.decisions["processing"].choice.startswith("streaming")


class TestCardNumbers:
    def test_end_on_arrival_as_keyed_tokens_before_any_store_or_stream(self, planned: Plan) -> None:
        decision = planned.decisions["card-data"]
        assert "on arrival" in decision.choice and "HMAC-SHA256" in decision.choice
        assert planned.topology is not None
        held = {
            component.id
            for component in planned.topology.components
            for flow in planned.topology.flows_of(component.id)
            if flow.data_class == "pan"
        }
        assert held == {"authorisations", "authorisations-bridge", "payments-gateway", "scoring"}

    def test_only_who_makes_tokens_can_read_the_key(self, recorded: Recorded) -> None:
        for proof in recorded.values():
            readers = {r.component for r in of_type(proof, ":RolePolicy") if r.name.endswith("-uses-token-key")}
            assert readers == {"authorisations-bridge", "scoring"}
            statements = json.loads(one(proof, ":SecretPolicy", "token-key").inputs["policy"])["Statement"]
            denied = [each for each in statements if each["Effect"] == "Deny" and "ArnNotLike" in each["Condition"]]
            assert any("secretsmanager:GetSecretValue" in each["Action"] for each in denied)

    def test_the_keyring_is_in_no_input_but_the_write_only_one(self, recorded: Recorded) -> None:
        version = one(recorded["live"], ":SecretVersion", "token-key")
        assert version.inputs.get("secretString") is None and "secretStringWo" in version.secret_inputs

    def test_every_log_that_carries_text_hides_them(self, recorded: Recorded) -> None:
        groups = {group.name for group in of_type(recorded["live"], "cloudwatch/logGroup:LogGroup")}
        masked = {policy.name for policy in of_type(recorded["live"], ":LogDataProtectionPolicy")}
        assert groups - masked == {"network-flow-logs", "network-queries"}, "addresses, names and counters alone"

    def test_containers_are_handed_the_key_and_name_no_number(self, recorded: Recorded) -> None:
        for name in ("authorisations-bridge", "scoring"):
            (container,) = json.loads(one(recorded["live"], ":TaskDefinition", name).inputs["containerDefinitions"])
            assert "TOKEN_KEYRING" in {secret["name"] for secret in container["secrets"]}


class TestFeatures:
    def test_hot_features_lie_in_memory_and_the_online_store_is_out_by_its_quota(self, planned: Plan) -> None:
        figure = rejected(planned.decisions["online-features"], "Feature Store")
        assert "30,000 reads/s" in figure and "10,000 reads/s per API" in figure

    def test_the_cache_has_a_customer_key_and_no_feature_store_is_on_the_hot_path(self, recorded: Recorded) -> None:
        cache = one(recorded["live"], ":ReplicationGroup")
        assert cache.inputs["kmsKeyId"] and cache.inputs["transitEncryptionEnabled"]
        assert environment(one(recorded["live"], ":TaskDefinition", "scoring"))["FEATURES_CACHE"]


class TestServing:
    def test_containers_behind_a_private_balancer_with_mutual_tls(self, recorded: Recorded) -> None:
        live = recorded["live"]
        assert one(live, "lb/loadBalancer:LoadBalancer").inputs["internal"] is True
        assert one(live, "lb/listener:Listener").inputs["mutualAuthentication"]["mode"] == "verify"
        assert not [r.urn for r in live.resources if r.type.startswith(PUBLIC_ENTRANCES)]

    def test_gateway_and_event_router_are_kept_off_the_hot_path_by_their_quotas(self, planned: Plan) -> None:
        assert "10,000 requests/s for all APIs" in rejected(planned.decisions["front-door"], "API gateway")
        assert "EventBridge" in rejected(planned.decisions["intake"], "event router")

    def test_cpu_instances_18_of_them_by_load_growth_utilisation_and_one_zone_lost(self, recorded: Recorded) -> None:
        (row,) = [row for row in designed(WHOLE).sizing if (row.component, row.name) == ("model", "instances")]
        assert row.value == 18
        (variant,) = one(recorded["live"], ":EndpointConfiguration").inputs["productionVariants"]
        assert variant["initialInstanceCount"] == 18
        assert not variant["instanceType"].startswith(GPU)

    def test_the_hops_take_44_of_100_ms_and_rules_decide_at_80(self, planned: Plan, recorded: Recorded) -> None:
        assert planned.latency is not None
        assert (planned.latency.total_ms, planned.latency.limit_ms) == (44, 100)
        assert environment(one(recorded["live"], ":TaskDefinition", "scoring"))["FALLBACK_AFTER_MS"] == "80"

    def test_a_release_is_a_canary_that_alarms_roll_back(self, planned: Plan, recorded: Recorded) -> None:
        assert "canary" in planned.decisions["release"].choice
        guarded: Any = one(recorded["live"], "sagemaker/endpoint:Endpoint").inputs["deploymentConfig"]
        policy = guarded["blueGreenUpdatePolicy"]["trafficRoutingConfiguration"]
        assert policy["type"] == "CANARY" and guarded["autoRollbackConfiguration"]["alarms"]


class TestReleaseAndLearning:
    def test_a_challenger_runs_in_the_shadow_before_a_canary_that_the_approval_rate_can_take_back(
        self, planned: Plan, recorded: Recorded
    ) -> None:
        assert planned.decisions["release"].choice.startswith("shadow, then canary")
        live = recorded["live"]
        (shadow,) = one(live, "sagemaker/endpointConfiguration:EndpointConfiguration").inputs[
            "shadowProductionVariants"
        ]
        assert shadow["variantName"] != "champion"
        guard = one(live, "cloudwatch/metricAlarm:MetricAlarm", "model-approvals")
        rollback = one(live, "sagemaker/endpoint:Endpoint").inputs["deploymentConfig"]["autoRollbackConfiguration"]
        assert any(row["alarmName"].startswith(guard.name) for row in rollback["alarms"])

    def test_labels_mature_late_so_drift_and_reviews_come_first(self, planned: Plan, recorded: Recorded) -> None:
        monitoring = planned.decisions["monitoring"].choice
        assert monitoring.index("drift of the score (PSI)") < monitoring.index("quality on cohorts")
        assert one(recorded["foundation"], "cloudwatch/metricAlarm:MetricAlarm", "model-monitoring-scorepsi")
        assert planned.topology is not None
        assert planned.topology.component("curation").needs["label_delay_days"] == 90

    def test_half_of_the_fraud_by_value_has_to_be_found_for_12_to_6_bps(self, planned: Plan) -> None:
        assert planned.required is not None
        by_name = {step.name: step.result for step in planned.required.steps}
        assert by_name["value recall"] == pytest.approx(0.5)
        assert by_name["false-positive cap of manual review"] == pytest.approx(5000 / (3500 * 86400))

    def test_the_registry_takes_no_version_below_that(self, project: Callable[..., Path]) -> None:
        parameters = (project(WHOLE) / "infra" / "parameters.py").read_text()
        assert 'gates=["value_recall >= 0.5"]' in parameters

    def test_not_high_risk_by_the_fraud_exception_and_a_person_can_override(self, planned: Plan) -> None:
        regulation = planned.decisions["regulation"]
        assert regulation.choice.startswith("minimal") and "Annex III 5(b)" in regulation.choice
        assert "override" in planned.decisions["oversight"].choice


class TestConsumers:
    def test_all_decisions_go_to_a_stream_and_only_flagged_ones_to_the_case_management(
        self, recorded: Recorded
    ) -> None:
        pipe = one(recorded["live"], ":Pipe").inputs
        (kept,) = pipe["sourceParameters"]["filterCriteria"]["filters"]
        assert json.loads(kept["pattern"]) == {"data": {"decision": {"outcome": ["step-up", "decline"]}}}
        assert {r.name for r in of_type(recorded["live"], "kinesis/stream:Stream")} == {"decisions", "events"}

    def test_40_a_second_of_10000_fit_an_api_destination_of_300(self, recorded: Recorded) -> None:
        needs = designed(WHOLE).topology.component("case-management-routing").needs
        assert needs["records_per_second"] == pytest.approx(40)
        rate = one(recorded["live"], ":EventApiDestination").inputs["invocationRateLimitPerSecond"]
        assert 40 < rate <= 300


class TestAudit:
    def test_what_happened_is_on_a_record_that_nobody_can_change(self, recorded: Recorded) -> None:
        for proof in recorded.values():
            trail = one(proof, ":Trail").inputs
            assert trail["enableLogFileValidation"] and trail["isMultiRegionTrail"] and trail["kmsKeyId"]
            locked = {"audit", "second-region-audit"}
            assert {one.name for one in of_type(proof, ":BucketObjectLockConfiguration")} == locked
            for name in locked:
                lock = one(proof, ":BucketObjectLockConfiguration", name).inputs["rule"]["defaultRetention"]
                assert lock["mode"] == "COMPLIANCE" and lock["days"] >= 365

    def test_every_lake_is_in_the_record(self, recorded: Recorded) -> None:
        (_, objects) = one(recorded["live"], ":Trail").inputs["advancedEventSelectors"]
        (arns,) = [row["startsWiths"] for row in objects["fieldSelectors"] if row["field"] == "resources.ARN"]
        assert len(arns) == len(list(designed(WHOLE).topology.of_role("lake")))


def test_the_whole_program_passes_in_both_phases(recorded: Recorded) -> None:
    assert {phase: proof.findings for phase, proof in recorded.items()} == {"foundation": (), "live": ()}


def test_what_is_stored_outlives_the_region_within_the_union(recorded: Recorded) -> None:
    """Every lake, models and code, and the trail; not the canary's results, nor what a job leaves behind."""
    proof = recorded["foundation"]
    copied = {resource.name.removeprefix("second-region-") for resource in of_type(proof, ":BucketReplicationConfig")}
    lakes = {component.id for component in designed(WHOLE).topology.of_role("lake")}
    assert copied == {*lakes, "artefacts", "audit"}
    for name in copied:
        assert one(proof, ":Bucket", f"second-region-{name}").inputs["region"] == "eu-central-1"
    assert one(proof, "kms/key:Key", "second-region").inputs["region"] == "eu-central-1"
