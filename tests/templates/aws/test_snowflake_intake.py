from __future__ import annotations

import json

import pulumi
import pytest

from archgen.services import Setting, catalogue
from archgen.topology import Flow, Topology, Zone
from templates.aws.snowflake_intake.component import SnowflakeIntake, SnowflakeIntakeArgs
from tests.templates.aws.conftest import SECRET
from tests.templates.aws.glue_checks import alarms, assert_job_is_private_encrypted_and_logged
from tests.templates.aws.stand_ins import (
    Caller,
    Network,
    Store,
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
)

DAILY = {"schedule": "cron(30 0 * * ? *)", "time_zone": "Europe/Berlin", "expected_within_hours": 26}
NEEDS = {"system": "snowflake", "delivery": "daily", "size_bytes": 6_000_000_000.0, "data_class": "confidential"}


def build(**changed):
    return SnowflakeIntake(
        "promotions-intake",
        SnowflakeIntakeArgs(
            platform=platform(),
            network=Network(),
            destination=Store(),
            source="promotions",
            code="../app/promotions-intake",
            host="xy12345.privatelink.snowflakecomputing.com",
            warehouse="INTAKE_WH",
            role="INTAKE",
            database="SHOP",
            schema="SALES",
            table="PROMOTIONS",
            changed_at="CHANGED_AT",
            address_ranges=["10.66.8.0/28", "10.66.9.0/28"],
            username=pulumi.Output.secret("INTAKE"),
            private_key=pulumi.Output.secret("hidden"),
            workers=3,
            timeout_minutes=30,
            **(DAILY | changed),
        ),
    )


def neighbours(id="promotions-intake"):
    flow = Flow(source="promotions", target=id, kind="files", opened_by="target", data_class="confidential", step=1)
    parts = (component("promotions", "source", {"system": "snowflake"}), component(id, "batch-intake", NEEDS))
    zones = (Zone(id="network", kind="network"),)
    around = alone()
    topology = Topology(blueprint="test", zones=zones, components=parts, flows=(flow,))
    return type(around)(topology=topology, services={}, region=around.region, assumptions=around.assumptions)


def test_the_job_is_private_and_runs_our_code(record):
    made = record(build)
    job = assert_job_is_private_encrypted_and_logged(made, "promotions-intake")
    assert job["numberOfWorkers"] == 3 and job["timeout"] == 30
    assert job["executionProperty"] == {"maxConcurrentRuns": 1}, "two runs would fetch the same window"
    assert job["defaultArguments"]["--lake"] == "lake"
    assert_every_role_is_bounded_and_never_open(made)
    assert_every_log_group_is_encrypted_and_ends(made)
    assert_every_alarm_reaches_a_person(made)


def test_it_reaches_the_private_link_alone(record):
    made = record(build)
    rules = [rule.inputs for rule in made.of(":SecurityGroupEgressRule") if "cidrIpv4" in rule.inputs]
    assert {rule["cidrIpv4"] for rule in rules} == {"10.66.8.0/28", "10.66.9.0/28"}
    assert {rule["fromPort"] for rule in rules} == {443}
    assert (
        made.one(":SecurityGroupEgressRule", "promotions-intake-reads-promotions").inputs["cidrIpv4"] == "10.66.8.0/28"
    )


def test_the_login_is_a_secret_that_only_this_job_reads(record):
    made = record(build)
    version = made.one(":SecretVersion")
    assert "secretStringWo" in version.secret_inputs and "secretString" not in version.inputs
    assert made.one("secret:Secret").inputs["kmsKeyId"] == "secrets-key"
    reads = policy(made.one(":RolePolicy", "promotions-intake-reads-promotions"))
    (secret,) = resources_of(reads, "secretsmanager:GetSecretValue")
    assert secret.endswith("/promotions-intake-source")
    arguments = made.one("glue/job:Job").inputs["defaultArguments"]
    assert "hidden" not in str(arguments) and SECRET not in str(arguments)


def test_state_is_its_own_object_and_the_lake_only_takes(record):
    made = record(build)
    state = policy(made.one(":RolePolicy", "promotions-intake-state"))
    assert resources_of(state, "s3:PutObject") == ["arn:aws:s3:::artefacts/promotions-intake/state/*"]
    assert made.one(":RolePolicy", "promotions-intake-writes-lake")


def test_a_night_runs_it_and_waits(record):
    steps = []

    def program():
        intake = build(schedule=None, time_zone=None, expected_within_hours=None)
        intake.grant_run(Caller("night").workload)
        steps.append(intake.step)

    made = record(program)
    assert steps[0].integration == "arn:aws:states:::glue:startJobRun.sync"
    assert steps[0].parameters["Arguments"] == {"--date.$": "$.date"}
    runs = policy(made.one(":RolePolicy", "night-runs-promotions-intake"))
    assert {"glue:StartJobRun", "glue:GetJobRun", "glue:BatchStopJobRun"} <= actions(runs)
    assert not made.of(":Schedule"), "who is run by a night has no schedule of its own"
    assert set(alarms(made)) == {"promotions-intake-failed"}


def test_by_itself_it_follows_local_time_and_is_missed_when_it_does_not_run(record):
    made = record(build)
    schedule = made.one("scheduler/schedule:Schedule").inputs
    assert schedule["scheduleExpressionTimezone"] == "Europe/Berlin"
    assert schedule["target"]["retryPolicy"] and schedule["target"]["deadLetterConfig"]["arn"]
    overdue = alarms(made)["promotions-intake-overdue"]
    assert overdue["treatMissingData"] == "breaching" and overdue["evaluationPeriods"] == 26
    assert overdue["period"] * overdue["evaluationPeriods"] <= 7 * 86400, "CloudWatch looks back no further"


@pytest.mark.parametrize(
    ("changed", "need"),
    [
        ({"system": "sap"}, "system"),
        ({"delivery": "cdc"}, "delivery"),
        ({"tokenises": True, "data_class": "pan"}, "data_class"),
    ],
)
def test_it_refuses_what_it_cannot_read(changed, need):
    service = catalogue.services("aws")["snowflake_intake"]
    assert not service.suits(NEEDS).violated
    assert [violation.need for violation in service.suits({**NEEDS, **changed}).violated] == [need]


def test_the_connection_names_a_secret_and_no_login(record):
    made = record(build)
    connection = made.one("glue/connection:Connection")
    said = json.loads(connection.inputs["connectionProperties"]["SparkProperties"])
    assert connection.inputs["connectionType"] == "SNOWFLAKE"
    assert said["sfUrl"] == "https://xy12345.privatelink.snowflakecomputing.com"
    assert said["secretId"].endswith("/promotions-intake-source")
    assert "hidden" not in str(connection.inputs)


def test_it_replaces_what_it_wrote_itself_and_nothing_else(record):
    commits = policy(record(build).one(":RolePolicy", "promotions-intake-commits"))
    assert resources_of(commits, "s3:DeleteObject") == ["arn:aws:s3:::lake/promotions-intake/*"]
    (listed,) = [said for said in commits if "s3:ListBucket" in said["Action"]]
    assert listed["Condition"] == {"StringLike": {"s3:prefix": ["promotions-intake", "promotions-intake/*"]}}


def test_workers_follow_the_size_of_a_delivery():
    service = catalogue.services("aws")["snowflake_intake"]
    sized = sizes(service.size(demand("promotions-intake", "batch-intake", NEEDS)))
    assert sized.workers.value == 4, "6 GB at 2 GB a worker, and the driver"
    assert sized.run_minutes.value == 2, "6,000 MB / (3 x 20 MB/s) = 100 s"
    small = sizes(service.size(demand("promotions-intake", "batch-intake", {**NEEDS, "size_bytes": 1e9})))
    assert small.workers.value == 2


def test_the_spec_says_when_it_runs():
    service = catalogue.services("aws")["snowflake_intake"]
    around = neighbours()
    part = around.topology.component("promotions-intake")
    given = service.arguments(part, around)
    assert given["schedule"] == "cron(30 0 * * ? *)"
    assert isinstance(given["time_zone"], Setting) and given["time_zone"].key == "timeZone"
    assert given["private_key"].secret and given["username"].secret
    assert not [value for value in given.values() if isinstance(value, Setting) and value.live]
    orchestrated = component("promotions-intake", "batch-intake", {**NEEDS, "orchestrated": True})
    assert not {"schedule", "time_zone"} & set(service.arguments(orchestrated, around))
    zoned = component("promotions-intake", "batch-intake", {**NEEDS, "time_zone": "Europe/Berlin"})
    assert service.arguments(zoned, around)["time_zone"] == "Europe/Berlin"
