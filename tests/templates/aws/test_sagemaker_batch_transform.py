from __future__ import annotations

import json

from archgen.services import catalogue
from templates.aws.sagemaker_batch_transform.component import SagemakerBatchTransform, SagemakerBatchTransformArgs
from tests.templates.aws.batch_stand_ins import NIGHT, Lake, Registry, assert_machine_is_whole
from tests.templates.aws.conftest import ACCOUNT
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    Caller,
    Network,
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

SERVICE = catalogue.services("aws")["sagemaker_batch_transform"]
NAME = "forecast"


def build(name=NAME, destination=None, manage_account_baseline=True):
    return SagemakerBatchTransform(
        name,
        SagemakerBatchTransformArgs(
            platform=platform(),
            network=Network(),
            source=Lake("curated"),
            rows="curation/scoring",
            registry=Registry(),
            destination=destination or Lake("results"),
            instance_type="ml.m5.xlarge",
            vcpus=4,
            instances=2,
            target_minutes=30,
            manage_account_baseline=manage_account_baseline,
        ),
    )


def states(record, **given):
    return json.loads(record(lambda: build(**given)).one(":StateMachine").inputs["definition"])["States"]


def test_the_machine_is_whole(record):
    assert_machine_is_whole(json.loads(record(build).one(":StateMachine").inputs["definition"]))


def test_the_newest_approved_version_scores_and_without_one_the_run_says_so(record):
    made = states(record)
    find = made["Find version"]["Parameters"]
    assert find["ModelPackageGroupName"] == "demand-prod-registry"
    assert find["ModelApprovalStatus"] == "Approved"
    assert (find["SortBy"], find["SortOrder"], find["MaxResults"]) == ("CreationTime", "Descending", 1)
    assert made["Any version?"]["Default"] == "No version"
    assert made["No version"]["Error"] == "NoApprovedVersion"
    (container,) = made["Create model"]["Parameters"]["Containers"]
    assert container == {"ModelPackageName.$": "$.found.versions[0]"}


def test_the_model_is_isolated_inside_the_network(record):
    model = states(record)["Create model"]["Parameters"]
    assert model["EnableNetworkIsolation"] is True
    assert model["VpcConfig"]["Subnets"] == ["app-a", "app-b", "app-c"]


def test_the_model_sees_features_alone_and_answers_are_joined_to_what_they_are_about(record):
    job = states(record)["Score"]["Parameters"]
    assert job["DataProcessing"] == {
        "InputFilter": "$[2:]",
        "JoinSource": "Input",
        "OutputFilter": "$[0,1,-3,-2,-1]",
    }
    assert job["TransformInput"]["SplitType"] == job["TransformOutput"]["AssembleWith"] == "Line"


def test_a_repeated_night_overwrites_the_answers_of_its_date(record):
    destination = Lake("results")
    job = states(record, destination=destination)["Score"]["Parameters"]
    rows = job["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri.$"]
    assert rows == "States.Format('s3://curated/curation/scoring/date={}/', $.date)"
    assert job["TransformOutput"]["S3OutputPath.$"] == "States.Format('s3://results/forecast/date={}/', $.date)"
    assert destination.prefixes == ["forecast"]


def test_answers_of_an_earlier_run_of_the_same_date_are_gone_before_new_ones_come(record):
    made = states(record)
    assert made["Any version?"]["Choices"][0]["Next"] == "Find old answers"
    assert made["Find old answers"]["Arguments"] == {
        "Bucket": "results",
        "Prefix": "{% 'forecast/date=' & $states.input.date & '/' %}",
    }
    # Until nothing is found any more: a listing holds a thousand.
    assert made["Delete old answers"]["Next"] == "Find old answers"
    assert made["Any old answers?"]["Default"] == "Create model"
    allowed = policy(record(build).one(":RolePolicy", "forecast-steps-jobs"))
    assert resources_of(allowed, "s3:DeleteObject") == ["arn:aws:s3:::results/forecast/date=*"]


def test_answers_and_volumes_lie_under_the_clients_key(record):
    job = states(record)["Score"]["Parameters"]
    assert job["TransformOutput"]["KmsKeyId"] == job["TransformResources"]["VolumeKmsKeyId"] == DATA_KEY
    assert job["TransformResources"]["InstanceCount"] == 2


def test_no_model_is_left_behind_whether_the_run_succeeds_or_fails(record):
    made = states(record)
    assert made["Score"]["Next"] == "Delete model"
    (catch,) = made["Score"]["Catch"]
    after = made[catch["Next"]]
    assert after["Resource"].endswith(":deleteModel") and made[after["Next"]]["Type"] == "Fail"


def test_names_of_jobs_fit_whatever_the_component_is_called(record):
    made = states(record, name="demand-of-all-the-regions-daily")
    template = made["Find version"]["ResultSelector"]["model.$"]
    prefix = template.removeprefix("States.Format('").partition("{}")[0]
    assert len(prefix) + 36 <= 63, "a UUID has 36 characters, a SageMaker job 63"


def test_the_machine_starts_its_own_jobs_alone_in_the_name_of_one_role(record):
    made = record(build)
    jobs = policy(made.one(":RolePolicy", "forecast-steps-jobs"))
    assert all(":transform-job/forecast-*" in arn for arn in resources_of(jobs, "sagemaker:CreateTransformJob"))
    assert all(":model/forecast-*" in arn for arn in resources_of(jobs, "sagemaker:CreateModel"))
    assert resources_of(jobs, "sagemaker:ListModelPackages") == [
        "arn:aws:sagemaker:group",
        f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:model-package/demand-prod-registry/*",
    ]
    (role,) = [said for said in jobs if said["Action"] == ["iam:PassRole"]]
    assert len(role["Resource"]) == 1 and role["Resource"][0].endswith(":Role/forecast")
    assert role["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def test_rights_come_first(record):
    made = record(build)
    grants = ("forecast-reads-curated", "forecast-reads-registry", "forecast-writes-results", "forecast-service")
    steps = ("forecast-steps-follows-registry", "forecast-steps-jobs", "forecast-steps-service")
    assert waits_for(made.one(":StateMachine"), *(made.one(":RolePolicy", name) for name in (*grants, *steps)))


def test_nothing_stands_by_day(record):
    kinds = {resource.type.rpartition(":")[2] for resource in record(build).resources}
    assert not kinds & {"Endpoint", "EndpointConfiguration", "Model", "Service", "Cluster"}


def test_another_machine_may_run_it_wait_for_it_and_stop_it(record):
    made = record(lambda: build().grant_run(Caller("night", inside_network=False).workload))
    allowed = policy(made.one(":RolePolicy", "night-runs-forecast"))
    (started,) = resources_of(allowed, "states:StartExecution")
    assert started.endswith("StateMachine/forecast-steps")
    assert resources_of(allowed, "events:PutRule")[0].endswith("StepFunctionsGetEventsForStepFunctionsExecutionRule")
    assert resources_of(allowed, "states:StopExecution")


def test_every_role_log_and_alarm_is_as_everywhere(record):
    made = record(build)
    assert_every_role_is_bounded_and_never_open(made)
    assert_every_log_group_is_encrypted_and_ends(made)
    assert_every_alarm_reaches_a_person(made)
    assert made.one(":MetricAlarm", "forecast-slow").inputs["threshold"] == 45 * 60_000


def test_the_log_group_that_an_account_has_once_is_made_only_where_this_stack_owns_it(record):
    shared = "/aws/sagemaker/TransformJobs"
    assert shared in {group.inputs["name"] for group in record(build).of(":LogGroup")}
    made = record(lambda: build(manage_account_baseline=False))
    assert shared not in {group.inputs["name"] for group in made.of(":LogGroup")}


def test_instances_follow_from_the_rows_and_their_share_of_the_window():
    (row,) = SERVICE.size(demand(NAME, "batch-scoring", NIGHT))
    # 2.4 million rows / (5,000/s x 0.7 x 25 min) = 0.46; four times as many rows need two.
    assert (row.value, row.low, row.high) == (1, 1, 2)
    assert sizes(SERVICE.size(demand(NAME, "batch-scoring", {**NIGHT, "rows": 9.6e6}))).instances.value == 2
    assert sizes(SERVICE.size(demand(NAME, "batch-scoring", NIGHT, forecast_target_min=10))).instances.value == 3


def test_what_it_cannot_score_is_refused_with_the_reason():
    assert not SERVICE.suits(NIGHT).violated
    assert [v.need for v in SERVICE.suits({**NIGHT, "task": "churn"}).violated] == ["task"]
    assert [v.need for v in SERVICE.suits({**NIGHT, "training": "elsewhere"}).violated] == ["training"]


def test_it_reads_where_curation_writes():
    assert SERVICE.arguments(component(NAME, "batch-scoring", NIGHT), alone())["rows"] == "curation/scoring"
