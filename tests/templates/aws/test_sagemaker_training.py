from __future__ import annotations

import json
from typing import Any

import pytest

from archgen.services import Setting, catalogue
from templates.aws.sagemaker_training.component import SagemakerTraining, SagemakerTrainingArgs
from tests.templates.aws.conftest import ACCOUNT
from tests.templates.aws.learning_stand_ins import DIGEST, GROUP, IMAGE, Lake, Registry
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    REGION,
    Network,
    actions,
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

SERVICE = catalogue.services("aws")["sagemaker_training"]
FRAUD = {
    "task": "fraud-detection",
    "rows": 260_000_000.0,
    "releases_per_year": 12.0,
    "models": 2,
    "interpretability": "reason-codes",
    "customer_keys": True,
}
FORECAST = {**FRAUD, "task": "forecasting", "rows": 40_000.0, "horizon_days": 28, "time_zone": "Europe/Berlin"}


def build(digest: str | None = DIGEST, protected: bool = True, **changed: Any):
    given: dict[str, Any] = {
        "platform": platform(protected),
        "network": Network(),
        "data": Lake("curated"),
        "data_prefix": "curation/dataset",
        "registry": Registry(),
        "task": "fraud-detection",
        "parameters": ["TASK=fraud-detection", "TREES=500"],
        "gates": ["value_recall >= 0.5"],
        "bias_columns": ["attribute_country"],
        "instance_type": "ml.m5.4xlarge",
        "volume_gb": 134,
        "max_runtime_seconds": 4_800,
        "workspace_days": 30,
        "schedule_expression": "cron(0 12 1 * ? *)",
        "time_zone": "Europe/Dublin",
        "manage_account_baseline": True,
        "image_digest": digest,
    }
    return SagemakerTraining("training", SagemakerTrainingArgs(**(given | changed)))


def definition(made):
    return json.loads(made.one(":BucketObjectv2", "training-definition").inputs["content"])


def steps(made):
    return {step["Name"]: step for step in definition(made)["Steps"]}


def test_steps_follow_one_another_from_data_to_registration(record):
    found = steps(record(build))
    assert list(found) == ["Prepare", "Train", "Evaluate", "Baseline", "CompareGroups", "GoodEnough"]
    given = found["Train"]["Arguments"]["InputDataConfig"]
    assert [channel["ChannelName"] for channel in given] == ["train", "validation"]
    assert "Steps.Prepare" in given[0]["DataSource"]["S3DataSource"]["S3Uri"]["Get"]
    assert found["GoodEnough"]["DependsOn"] == ["Baseline", "CompareGroups"]


def test_each_job_is_isolated_private_and_encrypted(record):
    for name, step in steps(record(build)).items():
        said = step["Arguments"]
        if step["Type"] == "Processing":
            network, cluster = said["NetworkConfig"], said["ProcessingResources"]["ClusterConfig"]
            assert said["ProcessingOutputConfig"]["KmsKeyId"] == DATA_KEY, name
        elif step["Type"] == "Training":
            network, cluster = said, said["ResourceConfig"]
            assert said["OutputDataConfig"]["KmsKeyId"] == DATA_KEY
        else:
            continue
        assert network["EnableNetworkIsolation"] is True, name
        assert network["EnableInterContainerTrafficEncryption"] is True, name
        assert network["VpcConfig"]["Subnets"] == ["app-a", "app-b", "app-c"], name
        assert cluster["VolumeKmsKeyId"] == DATA_KEY, name


def test_training_survives_the_loss_of_a_spot_instance(record):
    said = steps(record(build))["Train"]["Arguments"]
    assert said["EnableManagedSpotTraining"] is True
    assert said["CheckpointConfig"]["LocalPath"] == "/opt/ml/checkpoints"
    stopping = said["StoppingCondition"]
    assert stopping["MaxWaitTimeInSeconds"] >= stopping["MaxRuntimeInSeconds"] == 4_800


def test_a_version_that_misses_its_gate_is_not_registered_and_nobody_but_a_person_approves(record):
    said = steps(record(build))["GoodEnough"]["Arguments"]
    (condition,) = said["Conditions"]
    assert (condition["Type"], condition["RightValue"]) == ("GreaterThanOrEqualTo", 0.5)
    assert condition["LeftValue"]["Std:JsonGet"]["Path"] == "value_recall"
    (register,) = said["IfSteps"]
    assert register["Arguments"]["ModelApprovalStatus"] == "PendingManualApproval"
    assert register["Arguments"]["ModelPackageGroupName"] == GROUP
    assert {"ModelQuality", "ModelDataQuality", "Explainability", "Bias"} == set(register["Arguments"]["ModelMetrics"])
    assert [step["Type"] for step in said["ElseSteps"]] == ["Fail"]


def test_the_first_version_is_trained_by_naming_its_image_since_no_stack_has_one_yet(record):
    made = record(lambda: build(digest=None))
    assert made.one(":Pipeline") and not made.of(":Schedule")
    assert definition(made)["Parameters"] == [{"Name": "ImageDigest", "Type": "String"}]
    image = steps(made)["Train"]["Arguments"]["AlgorithmSpecification"]["TrainingImage"]
    assert image == {"Std:Join": {"On": "@", "Values": [IMAGE, {"Get": "Parameters.ImageDigest"}]}}


def test_later_ones_are_trained_by_schedule_in_the_clients_time_zone(record):
    made = record(build)
    assert definition(made)["Parameters"][0]["DefaultValue"] == DIGEST
    schedule = made.one(":Schedule")
    assert schedule.inputs["scheduleExpressionTimezone"] == "Europe/Dublin"
    target = schedule.inputs["target"]
    assert target["deadLetterConfig"] and target["retryPolicy"]
    assert json.loads(target["input"])["PipelineName"] == "payments-fraud-prod-training"
    # The API refuses a shorter one.
    assert len(json.loads(target["input"])["ClientRequestToken"]) >= 32


def test_groups_are_compared_where_a_column_is_named_and_not_else(record):
    made = record(build)
    said = json.loads(made.one(":BucketObjectv2", "training-analysis-config").inputs["content"])
    assert said["headers"] == ["label", "attribute_country"]
    assert said["facet"] == [{"name_or_index": "attribute_country"}]
    without = record(lambda: build(bias_columns=[]))
    assert "CompareGroups" not in steps(without)
    assert "Bias" not in steps(without)["GoodEnough"]["Arguments"]["IfSteps"][0]["Arguments"]["ModelMetrics"]


def test_the_pipeline_runs_one_reviewed_version_and_waits_for_its_rights(record):
    made = record(build)
    pipeline = made.one(":Pipeline")
    assert pipeline.inputs["pipelineDefinitionS3Location"]["versionId"] == "version-of-training-definition"
    grants = ("training-reads-curated", "training-registers-registry", "training-service")
    assert waits_for(pipeline, *(made.one(":RolePolicy", name) for name in grants))
    assert waits_for(pipeline, made.one(":LogGroup", "training-training-logs"))


def test_the_role_starts_jobs_as_itself_and_as_nobody_else(record):
    made = record(build)
    said = policy(made.one(":RolePolicy", "training-service"))
    (passed,) = [statement for statement in said if "iam:PassRole" in statement["Action"]]
    assert passed["Resource"] == [f"arn:aws:iam:{REGION}:{ACCOUNT}:Role/training"]
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    assert all("pipelines-" in arn for arn in resources_of(said, "sagemaker:CreateTrainingJob"))
    assert "sagemaker:UpdateModelPackage" not in actions(said)
    assert_every_role_is_bounded_and_never_open(made)


def test_data_sets_of_runs_expire(record):
    (rules,) = [r.inputs["rules"] for r in record(build).of(":BucketLifecycleConfiguration")]
    assert {rule["id"]: rule for rule in rules}["expire"]["expiration"] == {"days": 30}


def test_shared_log_groups_belong_to_one_stack(record):
    made = record(build)
    assert_every_log_group_is_encrypted_and_ends(made)
    assert {group.inputs["name"] for group in made.of(":LogGroup")} == {
        "/aws/sagemaker/ProcessingJobs",
        "/aws/sagemaker/TrainingJobs",
    }
    assert not record(lambda: build(manage_account_baseline=False)).of(":LogGroup")


def test_a_failed_run_calls_a_person(record):
    made = record(build)
    assert_every_alarm_reaches_a_person(made)
    assert made.names(":MetricAlarm") == {"training-failed", "training-not-started"}


def test_a_gate_that_cannot_be_read_is_refused(record):
    with pytest.raises(ValueError, match="gate 'good' cannot be read"):
        record(lambda: build(gates=["good"]))


def test_size_for_the_fraud_case():
    size = sizes(SERVICE.size(demand("training", "training", FRAUD)))
    # 20,000,000 x 40 x 500 x 6 / 6 x 1e-8 / 16
    assert size.training_time.value == 250
    # 3 x (300 + 260,000,000 x 200 / 100,000,000 + 250) = 3,210, up to the next 10 minutes
    assert size.max_runtime_seconds.value == 3_600
    # 30 + 2 x 52 GB
    assert size.volume_gb.value == 134


def test_size_for_40000_series():
    size = sizes(SERVICE.size(demand("training", "training", FORECAST)))
    # 43,800,000 rows of which 20,000,000 are learnt from, three models
    assert size.training_time.value == 750
    assert size.volume_gb.value == 48


@pytest.mark.parametrize(
    ("releases", "expression"),
    [
        (365, "cron(0 12 * * ? *)"),
        (52, "cron(0 12 ? * MON *)"),
        (12, "cron(0 12 1 * ? *)"),
        (4, "cron(0 12 1 1,4,7,10 ? *)"),
        (2, "cron(0 12 1 1,7 ? *)"),
    ],
)
def test_it_trains_as_often_as_versions_go_live(releases, expression):
    needs = {**FRAUD, "releases_per_year": float(releases)}
    assert SERVICE.arguments(component("training", "training", needs), alone())["schedule_expression"] == expression


def test_what_the_client_has_to_say():
    found = SERVICE.arguments(component("training", "training", FRAUD), alone())
    assert isinstance(found["time_zone"], Setting) and found["time_zone"].key == "timeZone"
    assert isinstance(found["bias_columns"], Setting)
    assert isinstance(found["image_digest"], Setting) and found["image_digest"].live
    of_things = SERVICE.arguments(component("training", "training", FORECAST), alone())
    assert of_things["time_zone"] == "Europe/Berlin"
    assert of_things["bias_columns"] == ()
    assert of_things["gates"] == ("wape_to_naive <= 0.95",)
    assert of_things["parameters"] == (
        "DEPTH=6",
        "HORIZON_DAYS=28",
        "MAX_ROWS=20000000",
        "TASK=forecasting",
        "TREES=500",
    )


def test_a_state_machine_cannot_wait_for_it():
    (violated,) = SERVICE.suits({**FRAUD, "orchestrated": True}).violated
    assert violated.need == "orchestrated"
    assert not SERVICE.suits(FRAUD).violated
