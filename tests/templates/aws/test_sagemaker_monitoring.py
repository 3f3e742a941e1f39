from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from templates.aws.sagemaker_monitoring.component import SagemakerMonitoring, SagemakerMonitoringArgs
from templates.aws.sagemaker_monitoring.record_preprocessor import preprocess_handler
from tests.templates.aws.learning_stand_ins import DIGEST, Lake
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    Network,
    assert_every_alarm_reaches_a_person,
    assert_every_role_is_bounded_and_never_open,
    platform,
    policy,
    resources_of,
    waits_for,
)

BASELINE = "s3://artefacts/models/registry/0123/baseline"
EVALUATION = "s3://artefacts/models/registry/0123/evaluation"


class Endpoint:
    endpoint_name = "payments-fraud-prod-model"

    def grant_invoke(self, caller):
        raise AssertionError("a monitor asks no model")


def build(live: bool = True, forecasting: bool = False, **changed: Any):
    curated, other = Lake("curated"), Lake("results" if forecasting else "event-lake")
    shared: dict[str, Any] = {
        "platform": platform(),
        "network": Network(),
        "sources": [curated, other],
        "curated": curated,
        "curated_prefix": "curation/dataset",
        "instance_type": "ml.m5.xlarge",
        "time_zone": "Europe/Dublin",
        "image_digest": DIGEST if live else None,
    }
    fraud: dict[str, Any] = {
        "captured": other,
        "captured_prefix": "capture/model",
        "endpoint": Endpoint(),
        "parameters": ["LABEL_DELAY_DAYS=90", "TASK=fraud-detection"],
        "limits": ["ScorePSI > 0.2", "DataQualityViolations > 0", "ValueRecall < 0.5"],
        "baseline_uri": BASELINE if live else None,
        "evaluation_uri": EVALUATION if live else None,
    }
    forecasts: dict[str, Any] = {
        "answers": other,
        "answers_prefix": "forecast",
        "parameters": ["HORIZON_DAYS=28", "TASK=forecasting"],
        "limits": ["WAPE > 0.4", "Bias > 0.1", "Coverage < 0.7"],
    }
    given = shared | (forecasts if forecasting else fraud) | changed
    return SagemakerMonitoring("monitoring", SagemakerMonitoringArgs(**given))


def step(made):
    (found,) = json.loads(made.one(":Pipeline").inputs["pipelineDefinition"])["Steps"]
    return found["Arguments"]


def test_before_the_first_model_everything_is_ready_and_nothing_watches(record):
    made = record(lambda: build(live=False))
    for kind in (":Pipeline", ":Schedule", ":MonitoringSchedule", ":DataQualityJobDefinition"):
        assert not made.of(kind), kind
    assert made.one(":Repository")
    assert made.names(":RolePolicy") >= {"monitoring-reads-curated", "monitoring-reads-event-lake"}


def test_requests_are_compared_with_what_the_served_version_has_learnt_from(record):
    made = record(build)
    job = made.one(":DataQualityJobDefinition")
    baseline = job.inputs["dataQualityBaselineConfig"]
    assert baseline["constraintsResource"]["s3Uri"] == f"{BASELINE}/constraints.json"
    assert baseline["statisticsResource"]["s3Uri"] == f"{BASELINE}/statistics.json"
    assert job.inputs["dataQualityJobInput"]["endpointInput"]["endpointName"] == Endpoint.endpoint_name
    schedule = made.one(":MonitoringSchedule").inputs["monitoringScheduleConfig"]
    assert schedule["monitoringType"] == "DataQuality"
    # Model Monitor knows no time zone: only every hour means the same everywhere.
    assert schedule["scheduleConfig"]["scheduleExpression"] == "cron(0 * ? * * *)"


def test_model_monitor_is_isolated_private_and_encrypted(record):
    inputs = record(build).one(":DataQualityJobDefinition").inputs
    assert inputs["networkConfig"]["enableNetworkIsolation"] is True
    assert inputs["networkConfig"]["enableInterContainerTrafficEncryption"] is True
    assert len(inputs["networkConfig"]["vpcConfig"]["subnets"]) == 3
    assert inputs["jobResources"]["clusterConfig"]["volumeKmsKeyId"] == DATA_KEY
    assert inputs["dataQualityJobOutputConfig"]["kmsKeyId"] == DATA_KEY
    assert inputs["stoppingCondition"]["maxRuntimeInSeconds"] < 3600


def test_the_daily_job_is_told_where_everything_lies(record):
    said = step(record(build))["Environment"]
    assert said["CURATED_URI"] == "s3://curated/curation/dataset"
    assert said["CAPTURED_URI"] == "s3://event-lake/capture/model/payments-fraud-prod-model"
    assert said["EVALUATION_URI"] == EVALUATION
    assert said["LABEL_DELAY_DAYS"] == "90"
    assert said["AS_OF"] == {"Get": "Execution.StartDateTime"}


def test_the_daily_job_has_no_way_out_but_the_endpoints(record):
    made = record(build)
    assert step(made)["NetworkConfig"]["VpcConfig"]["Subnets"] == ["app-a", "app-b", "app-c"]
    assert step(made)["NetworkConfig"]["EnableInterContainerTrafficEncryption"] is True
    assert made.names(":SecurityGroupEgressRule") == {"monitoring-endpoints", "monitoring-s3"}
    assert step(made)["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == DATA_KEY


def test_forecasts_are_watched_without_an_endpoint(record):
    made = record(lambda: build(forecasting=True))
    assert not made.of(":MonitoringSchedule")
    assert step(made)["Environment"]["ANSWERS_URI"] == "s3://results/forecast"
    assert {"monitoring-wape", "monitoring-bias", "monitoring-coverage"} <= made.names(":MetricAlarm")


def test_each_limit_is_an_alarm_on_what_the_job_publishes(record):
    made = record(build)
    drift = made.one(":MetricAlarm", "monitoring-scorepsi").inputs
    assert (drift["namespace"], drift["metricName"]) == ("archgen/payments-fraud-prod", "ScorePSI")
    assert (drift["comparisonOperator"], drift["threshold"]) == ("GreaterThanThreshold", 0.2)
    assert drift["dimensions"] == {"Component": "monitoring"}
    recall = made.one(":MetricAlarm", "monitoring-valuerecall").inputs
    assert (recall["comparisonOperator"], recall["threshold"]) == ("LessThanThreshold", 0.5)
    assert "monitoring-failed" in made.names(":MetricAlarm")
    assert_every_alarm_reaches_a_person(made)


def test_it_writes_reports_alone_and_reads_baselines(record):
    made = record(build)
    said = policy(made.one(":RolePolicy", "monitoring-service"))
    assert resources_of(said, "s3:PutObject") == ["arn:aws:s3:::artefacts/monitoring/*"]
    assert_every_role_is_bounded_and_never_open(made)
    assert waits_for(made.one(":Pipeline"), made.one(":RolePolicy", "monitoring-service"))


def test_a_limit_that_cannot_be_read_is_refused(record):
    with pytest.raises(ValueError, match="limit 'Mood > 1' cannot be read"):
        record(lambda: build(limits=["Mood > 1"]))


def test_captured_requests_are_flattened_for_model_monitor():
    data = json.dumps({"features": {"amount": 5, "currency": "EUR", "missing": None}, "entities": {"card": "tok"}})
    record = SimpleNamespace(endpoint_input=SimpleNamespace(data=data))
    assert preprocess_handler(record) == {"amount": 5, "currency": "EUR"}


@pytest.mark.parametrize("data", ["not json", "[]", "{}", None])
def test_what_is_no_request_gives_no_record(data):
    assert preprocess_handler(SimpleNamespace(endpoint_input=SimpleNamespace(data=data))) == {}
