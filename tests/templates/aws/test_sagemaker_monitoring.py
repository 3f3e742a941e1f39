from __future__ import annotations

import gzip
import json
import pathlib
from types import SimpleNamespace
from typing import Any

import botocore
import pytest
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from templates.aws.sagemaker_monitoring import late_labels
from templates.aws.sagemaker_monitoring.component import SagemakerMonitoring, SagemakerMonitoringArgs
from templates.aws.sagemaker_monitoring.merged_preprocessor import preprocess_handler as merged_handler
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
        "labelled": curated,
        "captured": other,
        "captured_prefix": "capture/model",
        "endpoint": Endpoint(),
        "label_delay_days": 90,
        "step_up_score": 0.6,
        "ranking_floor": 0.7,
        "bias_columns": ["attribute_country", "core_banking_segment"],
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
    for kind in (":Pipeline", ":Schedule", ":MonitoringSchedule", ":DataQualityJobDefinition", ":Resource"):
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
    schedule = made.one(":MonitoringSchedule", "monitoring").inputs["monitoringScheduleConfig"]
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


def definition(made, kind):
    (found,) = [one for one in made.of(":Resource") if one.inputs["typeName"] == f"AWS::SageMaker::{kind}JobDefinition"]
    return json.loads(found.inputs["desiredState"])


def schedules(made):
    said = {one.name: one.inputs["monitoringScheduleConfig"] for one in made.of(":MonitoringSchedule")}
    return {name: (each["monitoringType"], each["monitoringJobDefinitionName"]) for name, each in said.items()}


@pytest.mark.parametrize("kind", ["ModelQuality", "ModelBias"])
def test_definitions_that_the_provider_lacks_are_what_the_api_takes(record, kind):
    file = pathlib.Path(botocore.__file__).parent / "data/sagemaker/2017-07-24/service-2.json.gz"
    model = ServiceModel(json.loads(gzip.decompress(file.read_bytes())), "sagemaker")
    request = model.operation_model(f"Create{kind}JobDefinition").input_shape
    report = ParamValidator().validate(definition(record(build), kind), request)
    assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize(("kind", "part"), [("ModelQuality", "quality"), ("ModelBias", "groups")])
def test_labels_are_joined_when_they_are_mature_and_by_an_isolated_job(record, kind, part):
    made = record(build)
    said = definition(made, kind)
    read = said[f"{kind}JobInput"]
    # One day, two days after the daily job has begun to write its labels.
    assert (read["EndpointInput"]["StartTimeOffset"], read["EndpointInput"]["EndTimeOffset"]) == ("-P93D", "-P92D")
    assert read["EndpointInput"]["EndpointName"] == Endpoint.endpoint_name
    assert read["EndpointInput"]["ProbabilityThresholdAttribute"] == 0.6
    assert read["GroundTruthS3Input"]["S3Uri"] == step(made)["Environment"]["GROUND_TRUTH_URI"]
    assert said["NetworkConfig"]["EnableNetworkIsolation"] is True
    assert said["NetworkConfig"]["EnableInterContainerTrafficEncryption"] is True
    assert said["NetworkConfig"]["VpcConfig"]["Subnets"] == ["app-a", "app-b", "app-c"]
    assert said["JobResources"]["ClusterConfig"]["VolumeKmsKeyId"] == DATA_KEY
    assert said[f"{kind}JobOutputConfig"]["KmsKeyId"] == DATA_KEY
    assert said["StoppingCondition"]["MaxRuntimeInSeconds"] < 86_400
    assert f"{kind}BaselineConfig" not in said
    assert schedules(made)[f"monitoring-{part}"] == (kind, said["JobDefinitionName"])


def test_another_content_is_another_definition(record):
    first = definition(record(build), "ModelQuality")
    same = definition(record(build), "ModelQuality")
    other = definition(record(lambda: build(label_delay_days=60)), "ModelQuality")
    assert first == same
    assert first["JobDefinitionName"] != other["JobDefinitionName"]
    assert len(first["JobDefinitionName"]) <= 63


def test_groups_are_those_that_a_request_carries(record):
    made = record(build)
    read = definition(made, "ModelBias")["ModelBiasJobInput"]["EndpointInput"]
    assert read["FeaturesAttribute"] == '[features.["attribute_country"]]'
    assert read["ProbabilityAttribute"] == "[score]"
    configuration = json.loads(made.one(":BucketObjectv2", "monitoring-groups").inputs["content"])
    assert configuration["headers"] == ["attribute_country", "label"]
    assert configuration["facet"] == [{"name_or_index": "attribute_country"}]
    for columns in ([], ["core_banking_segment"]):
        without = record(lambda given=columns: build(bias_columns=given))
        assert set(schedules(without)) == {"monitoring", "monitoring-quality"}
        assert "GROUPS_URI" not in step(without)["Environment"]


def test_a_model_that_ranks_worse_calls_a_person_after_three_days(record):
    ranking = record(build).one(":MetricAlarm", "monitoring-ranking").inputs
    assert (ranking["namespace"], ranking["metricName"]) == ("aws/sagemaker/Endpoints/model-metrics", "auc")
    assert ranking["dimensions"]["Endpoint"] == Endpoint.endpoint_name
    assert ranking["dimensions"]["MonitoringSchedule"] == "monitoring-quality-MonitoringSchedule"
    assert (ranking["comparisonOperator"], ranking["threshold"]) == ("LessThanThreshold", 0.7)
    assert ranking["evaluationPeriods"] == ranking["datapointsToAlarm"] == 3
    # CloudWatch takes no more than a week.
    assert ranking["evaluationPeriods"] * ranking["period"] <= 7 * 86_400


def test_labels_are_written_where_labelled_data_lies_and_only_where_they_are_joined(record):
    made = record(build)
    assert policy(made.one(":RolePolicy", "monitoring-writes-curated"))[0]["Resource"] == ["monitoring"]
    for other in (lambda: build(label_delay_days=None, labelled=None), lambda: build(forecasting=True)):
        without = record(other)
        assert "monitoring-writes-curated" not in without.names(":RolePolicy")
        assert not without.of(":Resource")
        assert "GROUND_TRUTH_URI" not in step(without)["Environment"]


def test_where_model_monitor_is_not_open_the_daily_job_watches_alone(record):
    made = record(lambda: build(model_monitor=False))
    for kind in (":MonitoringSchedule", ":DataQualityJobDefinition", ":Resource", ":BucketObjectv2"):
        assert not made.of(kind), kind
    said = step(made)["Environment"]
    assert {"CAPTURED_URI", "EVALUATION_URI"} <= set(said)
    assert not {"REPORTS_URI", "GROUND_TRUTH_URI"} & set(said)
    assert {"monitoring-scorepsi", "monitoring-valuerecall"} <= made.names(":MetricAlarm")


def test_a_schedule_waits_for_its_definition_and_that_for_the_grants(record):
    made = record(build)
    job, schedule = made.one(":Resource", "monitoring-quality"), made.one(":MonitoringSchedule", "monitoring-quality")
    assert waits_for(schedule, job)
    assert waits_for(job, made.one(":RolePolicy", "monitoring-reads-event-lake"))


def test_a_merged_record_gives_score_and_label_and_nothing_else():
    output = json.dumps({"score": 0.25, "reasons": ["NEW_DEVICE"], "model_version": "7"})
    merged = SimpleNamespace(
        endpoint_output=SimpleNamespace(data=output), ground_truth=SimpleNamespace(data=json.dumps({"label": 1}))
    )
    assert merged_handler(merged) == {"endpointOutput_score": 0.25, "groundTruthData_0": 1}
    assert merged_handler(SimpleNamespace(endpoint_output=SimpleNamespace(data=output))) == {}


def test_program_and_daily_job_agree_on_the_day_that_is_watched():
    place = pathlib.Path(late_labels.__file__ or "").parent / "app/monitoring/late_labels.py"
    assert f"\nDAYS_AFTER_MATURITY = {late_labels.DAYS_AFTER_MATURITY}\n" in place.read_text()


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
