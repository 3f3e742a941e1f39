from __future__ import annotations

from typing import Any

import pytest

from archgen.services import Setting, catalogue
from templates.aws.hardened.planned_capacity import planned_minimum
from templates.aws.sagemaker_endpoint.component import SagemakerEndpoint, SagemakerEndpointArgs
from tests.templates.aws.learning_stand_ins import Registry
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    FRAUD,
    Caller,
    Network,
    Store,
    alone,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    component,
    demand,
    platform,
    policy,
    resources_of,
    sizes,
    waits_for,
)

SERVICE = catalogue.services("aws")["sagemaker_endpoint"]
PACKAGE = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/fraud/7"
NAME = "payments-fraud-prod-model"


def build(package=PACKAGE, protected=True, store=None, **more: Any):
    endpoint = SagemakerEndpoint(
        "model",
        SagemakerEndpointArgs(
            platform=platform(protected),
            network=Network(),
            capture=store or Store(),
            instance_type="ml.c6i.2xlarge",
            vcpus=8,
            instances=18,
            max_instances=27,
            concurrent_requests=6,
            latency_budget_ms=15,
            capture_percent=1,
            model_package_arn=package,
            **more,
        ),
    )
    endpoint.grant_invoke(Caller("scoring").workload)
    return endpoint


def test_without_a_model_callers_and_alarms_have_all_they_need(record):
    made = record(lambda: build(package=None))
    live = (":Model", ":EndpointConfiguration", ":Endpoint", "appautoscaling/target:Target", ":Policy")
    assert not [kind for kind in live if made.of(kind)]
    assert made.of(":Repository") and made.of(":SecurityGroup")
    assert made.one(":LogGroup").inputs["name"] == f"/aws/sagemaker/Endpoints/{NAME}"
    assert made.one(":RolePolicy", "scoring-invokes-model")
    assert len(made.of(":MetricAlarm")) == 8


def test_the_endpoint_has_the_name_that_grants_logs_and_alarms_use(record):
    made = record(build)
    assert made.one(":Endpoint").inputs["name"] == NAME
    (said,) = policy(made.one(":RolePolicy", "scoring-invokes-model"))
    assert said["Action"] == ["sagemaker:InvokeEndpoint"]
    assert said["Resource"] == [f"arn:aws:sagemaker:eu-west-1:123456789012:endpoint/{NAME}"]
    assert {alarm.inputs["dimensions"]["EndpointName"] for alarm in made.of(":MetricAlarm")} == {NAME}


def test_the_model_is_isolated_in_private_subnets(record):
    model = record(build).one(":Model").inputs
    assert model["enableNetworkIsolation"] is True
    assert model["vpcConfig"]["subnets"] == ["app-a", "app-b", "app-c"]
    assert model["primaryContainer"] == {"modelPackageName": PACKAGE}


def test_nothing_but_objects_is_reachable_from_the_model_s_group(record):
    made = record(build)
    (rule,) = made.of(":SecurityGroupEgressRule")
    assert (rule.inputs["prefixListId"], rule.inputs["fromPort"], rule.inputs["toPort"]) == ("pl-s3", 443, 443)
    assert not made.of(":SecurityGroupIngressRule")


def test_a_release_never_shrinks_the_fleet(record):
    made = record(build)
    (variant,) = made.one(":EndpointConfiguration").inputs["productionVariants"]
    target = made.one(":Target").inputs
    assert variant["initialInstanceCount"] == target["minCapacity"] == 18
    assert target["maxCapacity"] == 27
    assert variant["variantName"] == "champion" and target["resourceId"].endswith("/variant/champion")
    assert variant["routingConfigs"] == [{"routingStrategy": "LEAST_OUTSTANDING_REQUESTS"}]


def test_a_new_configuration_gets_a_new_name(record):
    made = record(build).one(":EndpointConfiguration").inputs
    assert "name" not in made, "an endpoint does not notice a changed configuration of the same name"
    assert made["kmsKeyArn"] == DATA_KEY


def test_a_canary_is_taken_back_by_alarms_that_exist_before_it(record):
    made = record(build)
    endpoint = made.one(":Endpoint")
    deployment = endpoint.inputs["deploymentConfig"]
    named = [alarm["alarmName"] for alarm in deployment["autoRollbackConfiguration"]["alarms"]]
    rollback = [made.one(":MetricAlarm", f"model-{part}") for part in ("model-latency", "errors-5xx", "model-errors")]
    assert named == [f"{alarm.name}-MetricAlarm" for alarm in rollback]
    assert waits_for(endpoint, *rollback, made.one(":LogGroup"))
    routing = deployment["blueGreenUpdatePolicy"]["trafficRoutingConfiguration"]
    assert routing["type"] == "CANARY" and routing["canarySize"]["value"] <= 50
    said = policy(made.one(":RolePolicy", "model-service"))
    assert len(resources_of(said, "cloudwatch:DescribeAlarms")) == 3


def test_the_model_is_made_after_its_role_may_read_it(record):
    made = record(build)
    assert waits_for(made.one(":Model"), made.one(":RolePolicy", "model-service"), made.one(":SecurityGroupEgressRule"))


def test_a_sample_is_captured_under_the_key_where_the_role_may_write(record):
    store = Store()
    capture = record(lambda: build(store=store)).one(":EndpointConfiguration").inputs["dataCaptureConfig"]
    assert capture["initialSamplingPercentage"] == 1 and capture["kmsKeyId"] == DATA_KEY
    assert capture["destinationS3Uri"] == "s3://lake/capture/model" and store.prefixes == ["capture/model"]
    assert {option["captureMode"] for option in capture["captureOptions"]} == {"Input", "Output"}


def test_autoscaling_follows_requests_in_flight_every_ten_seconds(record):
    scaling = record(build).one(":Policy").inputs
    assert scaling["policyType"] == "TargetTrackingScaling"
    tracking = scaling["targetTrackingScalingPolicyConfiguration"]
    metric = tracking["predefinedMetricSpecification"]["predefinedMetricType"]
    assert metric == "SageMakerVariantConcurrentRequestsPerModelHighResolution"
    assert tracking["targetValue"] == 6 and tracking["scaleOutCooldown"] < tracking["scaleInCooldown"]


def test_latency_is_compared_in_microseconds_and_cpu_over_all_cores(record):
    made = record(build)
    latency = made.one(":MetricAlarm", "model-model-latency").inputs
    assert (latency["threshold"], latency["extendedStatistic"]) == (15_000, "p99")
    assert "statistic" not in latency
    assert made.one(":MetricAlarm", "model-cpu").inputs["threshold"] == 640
    assert made.one(":MetricAlarm", "model-disk").inputs["threshold"] == 75
    assert_every_alarm_reaches_a_person(made)


def test_the_role_reads_its_own_model_and_image_and_makes_no_log_group(record):
    made = record(build)
    model = policy(made.one(":RolePolicy", "model-model"))
    assert resources_of(model, "s3:GetObject") == ["arn:aws:s3:::artefacts/models/model/*"]
    (image,) = resources_of(model, "ecr:BatchGetImage")
    assert image != "*"
    said = policy(made.one(":RolePolicy", "model-service"))
    assert not [statement for statement in said if "logs:CreateLogGroup" in statement["Action"]]
    (grant,) = [statement for statement in said if "kms:CreateGrant" in statement["Action"]]
    assert grant["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert_every_role_is_bounded_and_never_open(made)
    assert_every_log_group_is_encrypted_and_ends(made)


def test_images_are_immutable_scanned_and_kept(record):
    made = record(build)
    repository = made.one(":Repository")
    assert repository.inputs["imageTagMutability"] == "IMMUTABLE"
    assert repository.inputs["imageScanningConfiguration"] == {"scanOnPush": True}
    assert repository.inputs["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": DATA_KEY}]
    assert repository.protect and not made.of(":LifecyclePolicy")
    assert not record(lambda: build(protected=False)).one(":Repository").protect


def test_size_for_10000_payments_a_second():
    size = sizes(SERVICE.size(demand("model", "realtime-endpoint")))
    # 12,000 / (1,500 x 0.7) = 11.4 -> 12; one zone of three lost -> 18
    assert size.instances.value == 18
    assert size.max_instances.value == 27
    assert size.instances.low < 18 < size.instances.high


def test_arguments_come_from_the_latency_budget_and_little_s_law():
    arguments = SERVICE.arguments(component("model", "realtime-endpoint"), alone())
    # 1,500/s x 0.7 x 5 ms = 5.25 requests in flight
    assert arguments["concurrent_requests"] == 6
    assert arguments["latency_budget_ms"] == 15
    package = arguments["model_package_arn"]
    assert isinstance(package, Setting) and package.key == "modelPackageArn" and package.live
    assert ":eu-west-1:" in str(package.sample)


@pytest.mark.parametrize(
    ("need", "value", "limit"),
    [("payload_bytes", 7_000_000, "6,291,456 bytes"), ("latency_p99_ms", 10, "15 ms")],
)
def test_what_it_cannot_meet_rules_it_out_with_the_figure(need, value, limit):
    assert not SERVICE.suits(FRAUD).violated
    (violation,) = SERVICE.suits({**FRAUD, need: value}).violated
    assert (violation.need, violation.limit) == (need, limit)


def test_every_size_has_a_floor_and_serves_with_one_instance_lost():
    assert SERVICE.minimum["instances"] >= 2
    assert SERVICE.minimum["max_instances"] >= SERVICE.minimum["instances"]


TRAINED_HERE: dict[str, Any] = {
    "decided_by": "scoring",
    "approval_rate_floor": 0.95,
    "shadow_instances": 2,
    "shadow_share": 0.1,
    "challenger_package_arn": PACKAGE.replace("/7", "/8"),
}


def test_a_version_that_was_trained_here_comes_from_the_registry(record):
    made = record(lambda: build(registry=Registry(), **TRAINED_HERE))
    assert not made.of(":Repository")
    assert "model-model" not in made.names(":RolePolicy")
    assert waits_for(made.one(":Model", "model"), made.one(":RolePolicy", "model-reads-registry"))


def test_a_challenger_sees_copies_of_a_share_and_answers_nobody(record):
    made = record(lambda: build(registry=Registry(), **TRAINED_HERE))
    inputs = made.one(":EndpointConfiguration").inputs
    (champion,), (shadow,) = inputs["productionVariants"], inputs["shadowProductionVariants"]
    assert champion["modelName"] != shadow["modelName"]
    assert shadow["initialVariantWeight"] / champion["initialVariantWeight"] == 0.1
    assert shadow["initialInstanceCount"] == 2
    assert made.one(":Model", "model-challenger").inputs["enableNetworkIsolation"] is True


def test_without_a_challenger_there_is_no_shadow(record):
    assert "shadowProductionVariants" not in record(build).one(":EndpointConfiguration").inputs


def test_a_release_that_turns_customers_away_is_taken_back(record):
    made = record(lambda: build(registry=Registry(), **TRAINED_HERE))
    alarm = made.one(":MetricAlarm", "model-approvals")
    rollback = made.one(":Endpoint").inputs["deploymentConfig"]["autoRollbackConfiguration"]["alarms"]
    assert {"alarmName": "model-approvals-MetricAlarm"} in rollback
    share, whole, *parts = alarm.inputs["metricQueries"]
    assert share["expression"] == "(FILL(part0, 0) + FILL(part1, 0)) / whole" and share["returnData"] is True
    assert whole["metric"]["dimensions"] == {"Component": "scoring"}
    assert {part["metric"]["dimensions"]["DecidedBy"] for part in parts} == {"model", "rules"}
    assert all(part["metric"]["dimensions"]["Outcome"] == "approve" for part in parts)
    assert (alarm.inputs["comparisonOperator"], alarm.inputs["threshold"]) == ("LessThanThreshold", 0.95)
    # At night, without a single decision, nothing is taken back.
    assert alarm.inputs["treatMissingData"] == "notBreaching"


def test_a_challenger_is_sized_by_its_share_and_only_where_models_are_trained():
    here = {**FRAUD, "training": "here", "models": 2}
    assert sizes(SERVICE.size(demand("model", "realtime-endpoint", here))).shadow_instances.value == 2
    for other in ({**here, "training": "elsewhere"}, {**here, "models": 1}):
        found = SERVICE.size(demand("model", "realtime-endpoint", other))
        assert "shadow_instances" not in {quantity.name for quantity in found}
    settings = SERVICE.arguments(component("model", "realtime-endpoint", here), alone())
    challenger = settings["challenger_package_arn"]
    assert isinstance(challenger, Setting) and challenger.live
    assert "challenger_package_arn" not in SERVICE.arguments(component("model", "realtime-endpoint"), alone())


def test_what_is_known_ahead_is_scaled_by_the_calendar(record):
    entries = ("cron(0 18 ? * FRI *) Europe/Dublin 36", "cron(0 6 ? * SAT *) Europe/Dublin 18")
    made = record(lambda: build(planned_minimums=entries))
    first, second = (made.one(":ScheduledAction", f"model-planned-{place}") for place in (1, 2))
    assert (first.inputs["schedule"], first.inputs["timezone"]) == ("cron(0 18 ? * FRI *)", "Europe/Dublin")
    # A minimum beyond the maximum is refused by the API, so both go up, and come back together.
    assert first.inputs["scalableTargetAction"] == {"minCapacity": 36, "maxCapacity": 36}
    assert second.inputs["scalableTargetAction"] == {"minCapacity": 18, "maxCapacity": 27}
    assert waits_for(first, made.one("appautoscaling/target:Target"))
    assert not record(build).of(":ScheduledAction")
    assert not record(lambda: build(package=None, planned_minimums=entries)).of(":ScheduledAction")


@pytest.mark.parametrize("entry", ["every friday 24", "cron(0 18 ? * FRI *) 24", "cron(0 18 ? * FRI *) UTC 0", ""])
def test_an_entry_that_cannot_be_read_is_refused_with_an_example(entry):
    with pytest.raises(ValueError, match="expected a cron"):
        planned_minimum(entry)
