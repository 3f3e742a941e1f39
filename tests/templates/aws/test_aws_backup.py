"""Copies: locked against everybody, proved by restoring, and their absence noticed."""

from __future__ import annotations

import fnmatch
import json

import pytest

from archgen.services import Neighbours, Ref, Region
from archgen.services.catalogue import services
from archgen.topology import Component, Flow, Topology
from templates.aws.aws_backup.component import AwsBackup, AwsBackupArgs
from tests.templates.aws.conftest import ACCOUNT
from tests.templates.aws.stand_ins import (
    Store,
    alone,
    assert_every_alarm_reaches_a_person,
    platform,
    waits_for,
)

SERVICE = services("aws")["aws_backup"]
BUCKETS = ["arn:aws:s3:::lake", "arn:aws:s3:::artefacts"]


def backup(*, protected: bool = True, continuous: bool = True) -> AwsBackup:
    return AwsBackup(
        "backup",
        AwsBackupArgs(
            platform=platform(protected),
            stores=[Store()],
            daily="cron(0 3 * * ? *)",
            monthly="cron(0 3 1 * ? *)",
            restored="cron(0 3 ? * SUN#1 *)",
            time_zone="Europe/Berlin",
            daily_days=35,
            monthly_days=365,
            continuous=continuous,
        ),
    )


@pytest.mark.parametrize("protected", [True, False])
def test_in_production_the_lock_becomes_final_and_elsewhere_it_never_does(record, protected):
    recording = record(lambda: backup(protected=protected))
    lock = recording.one(":VaultLockConfiguration").inputs
    assert lock.get("changeableForDays") == (3 if protected else None)
    assert lock["minRetentionDays"] == 7 and lock["maxRetentionDays"] == 365
    assert recording.one(":Vault").inputs["forceDestroy"] is not protected
    assert bool(recording.of(":VaultPolicy")) is recording.one(":Vault").protect is protected


def test_nobody_deletes_a_copy(record):
    (said,) = json.loads(record(backup).one(":VaultPolicy").inputs["policy"])["Statement"]
    assert said["Effect"] == "Deny" and said["Principal"] == "*"
    # What AWS Config's BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED looks for.
    assert {"backup:DeleteRecoveryPoint", "backup:PutBackupVaultAccessPolicy"} <= set(said["Action"])


def test_copies_lie_under_a_key_that_no_reader_of_the_data_can_use(record):
    recording = record(backup)
    assert recording.one(":Vault").inputs["kmsKeyArn"].endswith("Key/backup")
    said = {one["Sid"]: one for one in json.loads(recording.one(":Key").inputs["policy"])["Statement"]}
    assert said["CopiesTakeTheirTime"]["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}


@pytest.mark.parametrize("continuous", [True, False])
def test_the_plan_copies_lake_and_artefacts_by_name(record, continuous):
    recording = record(lambda: backup(continuous=continuous))
    rules = {rule["ruleName"]: rule for rule in recording.one(":Plan").inputs["rules"]}
    assert set(rules) == {"daily", "monthly"} | ({"continuous"} if continuous else set())
    assert rules["monthly"]["lifecycle"]["deleteAfter"] == 365
    assert {rule["scheduleExpressionTimezone"] for rule in rules.values()} == {"Europe/Berlin"}
    if continuous:
        assert rules["continuous"]["enableContinuousBackup"] is True
        assert rules["continuous"]["lifecycle"]["deleteAfter"] <= 35, "AWS refuses a longer one"
    assert recording.one(":Selection").inputs["resources"] == BUCKETS
    assert waits_for(recording.one(":Selection"), *recording.of(":RolePolicyAttachment"))


def test_the_newest_copy_is_restored_regularly(record):
    recording = record(backup)
    plan = recording.one(":RestoreTestingPlan").inputs
    assert plan["recoveryPointSelection"]["algorithm"] == "LATEST_WITHIN_WINDOW"
    assert plan["name"].replace("_", "").isalnum(), "hyphens are refused"
    assert recording.one(":RestoreTestingSelection").inputs["protectedResourceArns"] == BUCKETS


def test_the_custodian_reaches_these_buckets_and_no_other(record):
    recording = record(backup)
    role = recording.one(":Role")
    assert role.inputs["permissionsBoundary"].endswith("Policy/backup-boundary"), "workloads are bounded more narrowly"
    (trust,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    limits = json.loads(recording.one(":Policy", "backup-boundary").inputs["policy"])["Statement"]

    def allowed(action: str, resource: str) -> bool:
        return any(
            any(fnmatch.fnmatchcase(action, known) for known in _listed(one["Action"]))
            and any(fnmatch.fnmatchcase(resource, known) for known in _listed(one["Resource"]))
            for one in limits
        )

    assert allowed("s3:GetObjectVersion", "arn:aws:s3:::lake/curation/part-0")
    assert allowed("s3:PutBucketNotification", "arn:aws:s3:::lake")
    assert allowed("s3:CreateBucket", "arn:aws:s3:::awsbackup-restore-test-1")
    assert not allowed("s3:GetObject", "arn:aws:s3:::somebody-else/file")
    assert not allowed("iam:PassRole", "*") and not allowed("sts:AssumeRole", "*")


def test_a_copy_that_fails_and_one_that_is_never_made_both_call(record):
    recording = record(backup)
    patterns = {one.name: json.loads(one.inputs["eventPattern"]) for one in recording.of(":EventRule")}
    assert {"FAILED", "EXPIRED"} <= set(patterns["backup-failed"]["detail"]["state"])
    assert patterns["backup-restore-failed"]["detail"]["iamRoleArn"], "restores by hand of other vaults are not ours"
    missing = recording.one(":MetricAlarm", "backup-missing").inputs
    assert missing["treatMissingData"] == "breaching" and missing["period"] == 86_400
    assert missing["comparisonOperator"] == "LessThanThreshold" and missing["threshold"] == 1
    assert_every_alarm_reaches_a_person(recording)


def around(needs):
    own = Component(id="backup", role="backup", zone="operations", needs=needs)
    parts = [
        *(Component(id=id, role="lake", zone="storage", needs={}) for id in ("event-lake", "curated")),
        Component(id="curation", role="curation", zone="training", needs={}),
        own,
    ]
    flows = (
        Flow(source="curation", target="curated", kind="objects", opened_by="source", data_class="pii", step=1),
        Flow(source="event-lake", target="curation", kind="objects", opened_by="target", data_class="pii", step=2),
    )
    topology = Topology(blueprint="test", zones=(), components=tuple(parts), flows=flows)
    region = Region(name="eu-west-1", zones=("a",))
    return own, Neighbours(topology=topology, services={}, region=region, assumptions=alone().assumptions)


@pytest.mark.parametrize(
    ("needs", "hour", "zone", "continuous"),
    [
        ({"rpo_s": 60.0}, 3, "UTC", True),
        ({"rpo_s": 86_400.0}, 3, "UTC", False),
        ({"done_by": "05:00", "time_zone": "Europe/Berlin"}, 6, "Europe/Berlin", False),
        ({"done_by": "23:30", "time_zone": "UTC"}, 0, "UTC", False),
    ],
)
def test_it_copies_what_curation_wrote_once_the_night_is_over(needs, hour, zone, continuous):
    given = SERVICE.arguments(*around(needs))
    assert given["stores"] == (Ref(component="curated"),), "events are sent again, and cost what the lake costs"
    assert (given["daily"], given["time_zone"], given["continuous"]) == (f"cron(0 {hour} * * ? *)", zone, continuous)


def _listed(value):
    return value if isinstance(value, list) else [value]
