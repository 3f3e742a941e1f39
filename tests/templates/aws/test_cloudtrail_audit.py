"""The audit trail: complete, signed, locked, and loud when somebody touches it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from archgen.services import Ref
from archgen.services.catalogue import services
from archgen.services.service import Neighbours, Region
from archgen.topology import Component, Topology
from templates.aws.cloudtrail_audit.account_alarms import WATCHED
from templates.aws.cloudtrail_audit.component import CloudtrailAudit, CloudtrailAuditArgs
from templates.aws.cloudtrail_audit.conformance import PACKS, PARAMETERS
from tests.templates.aws.conftest import ACCOUNT
from tests.templates.aws.stand_ins import (
    Store,
    alone,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    platform,
    waits_for,
)

SERVICE = services("aws")["cloudtrail_audit"]
TRAIL = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/payments-fraud-prod-audit"


@dataclass
class Baseline:
    """The account's baseline: in this stack, or owned by another one."""

    owned: bool = True

    def __post_init__(self) -> None:
        self.recorder: Sequence[pulumi.Resource] = [aws.cfg.Recorder("recorder", role_arn="r")] if self.owned else []
        self.data_discovery_role = pulumi.Output.from_input("arn:macie") if self.owned else None


def audit(*, protected: bool = True, keep_days: int = 400, **given: Any) -> CloudtrailAudit:
    args: dict[str, Any] = {"manage_account_baseline": False, "packs": ("pci-dss", "sagemaker")}
    return CloudtrailAudit(
        "audit",
        CloudtrailAuditArgs(platform=platform(protected), lakes=[Store()], keep_days=keep_days, **(args | given)),
    )


def owning(**given: Any) -> CloudtrailAudit:
    return audit(manage_account_baseline=True, baseline=Baseline(), **given)


def statements(document: str) -> dict[str, dict[str, Any]]:
    return {said["Sid"]: said for said in json.loads(document)["Statement"]}


def test_the_trail_covers_every_region_signs_its_files_and_is_encrypted(record):
    trail = record(audit).one(":Trail").inputs
    assert trail["isMultiRegionTrail"] and trail["enableLogFileValidation"] and trail["includeGlobalServiceEvents"]
    assert trail["kmsKeyId"].endswith("Key/audit")
    assert "eventSelectors" not in trail, "basic and advanced selectors exclude each other"


def test_management_events_with_reads_and_every_object_of_the_lakes_are_recorded(record):
    management, objects = record(audit).one(":Trail").inputs["advancedEventSelectors"]
    assert management["fieldSelectors"] == [{"field": "eventCategory", "equals": ["Management"]}]
    by_field = {one["field"]: one for one in objects["fieldSelectors"]}
    assert by_field["resources.type"]["equals"] == ["AWS::S3::Object"]
    assert by_field["resources.ARN"]["startsWiths"] == ["arn:aws:s3:::lake/"], "reads as well: no readOnly selector"
    assert set(by_field) == {"eventCategory", "resources.type", "resources.ARN"}


@pytest.mark.parametrize(("protected", "mode"), [(True, "COMPLIANCE"), (False, "GOVERNANCE")])
def test_what_is_written_cannot_be_deleted_before_its_time(record, protected, mode):
    recording = record(lambda: audit(protected=protected))
    assert recording.one(":Bucket").inputs["objectLockEnabled"] is True
    lock = recording.one(":BucketObjectLockConfiguration").inputs["rule"]["defaultRetention"]
    assert lock == {"mode": mode, "days": 400}
    expire = [rule for rule in recording.one(":BucketLifecycleConfiguration").inputs["rules"] if rule["id"] == "expire"]
    assert expire[0]["expiration"]["days"] == 400
    assert recording.one(":Bucket").protect is recording.one(":Trail").protect is protected


def test_only_this_trail_writes_to_the_bucket_and_uses_the_key(record):
    recording = record(audit)
    bucket = statements(recording.one(":BucketPolicy").inputs["policy"])
    assert bucket["TlsOnly"]["Effect"] == "Deny"
    assert bucket["TrailWrites"]["Condition"]["StringEquals"]["aws:SourceArn"] == TRAIL
    assert bucket["TrailWrites"]["Resource"].endswith(f"/AWSLogs/{ACCOUNT}/*")
    key = statements(recording.one(":Key").inputs["policy"])
    assert key["TrailEncrypts"]["Condition"]["StringEquals"] == {"aws:SourceArn": TRAIL}
    assert "kms:Decrypt" not in key["TrailEncrypts"]["Action"]
    assert recording.one(":Trail").inputs["name"] == TRAIL.rpartition("/")[2], "or neither lets it in"


def test_each_delivered_file_is_told_on_an_encrypted_topic_of_its_own(record):
    recording = record(audit)
    topic = recording.one(":Topic", "audit-deliveries")
    assert topic.inputs["kmsMasterKeyId"].endswith("Key/audit")
    told = recording.one(":TopicPolicy", "audit-deliveries")
    said = statements(told.inputs["policy"])
    assert said["Publishes"]["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert said["Publishes"]["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}
    assert said["TlsOnly"]["Effect"] == "Deny"
    # CloudTrail refuses a topic that it cannot publish to, and one whose key does not let it.
    assert waits_for(recording.one(":Trail"), told)
    key = statements(recording.one(":Key").inputs["policy"])["TrailTellsOfFiles"]
    assert set(key["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert key["Condition"]["ArnLike"]["kms:EncryptionContext:aws:sns:topicArn"].endswith(":audit-deliveries-*")


def test_the_trail_starts_when_bucket_and_log_let_it_in(record):
    recording = record(audit)
    trail = recording.one(":Trail")
    assert waits_for(trail, recording.one(":BucketPolicy"), recording.one(":RolePolicy", "audit-writes-log"))
    assert trail.inputs["cloudWatchLogsGroupArn"].endswith(":*")
    assert_every_role_is_bounded_and_never_open(recording)
    assert_every_log_group_is_encrypted_and_ends(recording)


def test_stopping_the_trail_or_opening_its_bucket_is_an_alarm(record):
    recording = record(audit)
    found = {rule.name: json.loads(rule.inputs["eventPattern"])["detail"] for rule in recording.of(":EventRule")}
    assert {"StopLogging", "DeleteTrail", "PutEventSelectors"} <= set(found["audit-trail-changed"]["eventName"])
    assert found["audit-trail-changed"]["requestParameters"] == {"name": [{"suffix": "payments-fraud-prod-audit"}]}
    assert {"PutBucketPolicy", "PutBucketObjectLockConfiguration"} <= set(found["audit-bucket-changed"]["eventName"])
    assert recording.names(":MetricAlarm") == set(found)
    assert_every_alarm_reaches_a_person(recording)


@pytest.mark.parametrize(
    ("frameworks", "days", "refused"),
    [
        (("pci-dss",), 400, []),
        (("gdpr", "pci-dss"), 365, []),
        (("pci-dss",), 364, ["keep_days"]),
        (("gdpr",), 90, []),
        (("hipaa", "pci-dss"), 400, ["frameworks"]),
        (("iso27001", "soc2"), 30, ["frameworks", "frameworks"]),
    ],
)
def test_frameworks_without_evidence_here_and_too_short_a_retention_are_refused(frameworks, days, refused):
    fit = SERVICE.suits({"frameworks": frameworks, "keep_days": days})
    assert [violation.need for violation in fit.violated] == refused


def around(own: Component, *others: Component) -> Neighbours:
    return Neighbours(
        topology=Topology(blueprint="test", zones=(), components=(*others, own), flows=()),
        services={},
        region=Region(name="eu-west-1", zones=("a",)),
        assumptions=alone().assumptions,
    )


LAKES = (
    Component(id="event-lake", role="lake", zone="storage", needs={"data_class": "pii"}),
    Component(id="results", role="lake", zone="storage", needs={"data_class": "confidential"}),
)


def test_it_records_every_lake_of_the_program():
    own = Component(id="audit", role="audit", zone="operations", needs={"keep_days": 400, "frameworks": ("pci-dss",)})
    given = SERVICE.arguments(own, around(own, *LAKES))
    assert given["keep_days"] == 400
    assert given["lakes"] == (Ref(component="event-lake"), Ref(component="results"))
    assert given["packs"] == ("pci-dss", "sagemaker")
    assert "baseline" not in given and "personal" not in given, "a landing zone watches over its accounts"


def test_without_a_landing_zone_lakes_with_personal_data_are_looked_through():
    own = Component(id="audit", role="audit", zone="operations", needs={"keep_days": 400, "frameworks": ()})
    baseline = Component(id="account-baseline", role="account-baseline", zone="operations", needs={})
    given = SERVICE.arguments(own, around(own, *LAKES, baseline))
    assert given["baseline"] == Ref(component="account-baseline")
    assert given["personal"] == (Ref(component="event-lake"),)
    assert given["sampled_percent"] == 1
    assert given["packs"] == ("sagemaker",)


def test_packs_wait_for_the_recorder_and_hold_what_aws_admits(record):
    recording = record(owning)
    packs = {pack.inputs["name"]: pack for pack in recording.of(":ConformancePack")}
    assert set(packs) == {"payments-fraud-prod-pci-dss", "payments-fraud-prod-sagemaker"}
    for pack in packs.values():
        assert waits_for(pack, recording.one(":Recorder"))
        rules = json.loads(pack.inputs["templateBody"])["Resources"]
        assert len(rules) <= 130 and len(pack.inputs["templateBody"]) <= 51_200
    rules = json.loads(packs["payments-fraud-prod-pci-dss"].inputs["templateBody"])["Resources"]
    identifiers = {rule["Properties"]["Source"]["SourceIdentifier"] for rule in rules.values()}
    assert {"KINESIS_STREAM_ENCRYPTED", "SECRETSMANAGER_SECRET_PERIODIC_ROTATION"} <= identifiers


def test_every_parameter_belongs_to_a_rule_and_no_rule_stands_twice():
    assert set(PARAMETERS) <= {rule for rules in PACKS.values() for rule in rules}
    for rules in PACKS.values():
        assert list(rules) == sorted(set(rules))


def test_the_account_is_checked_by_one_of_its_stacks(record):
    recording = record(audit)
    assert not recording.of(":ConformancePack") and not recording.of(":LogMetricFilter")


def test_a_landing_zone_records_and_watches_itself(record):
    recording = record(lambda: audit(manage_account_baseline=True))
    assert len(recording.of(":ConformancePack")) == 2
    assert not recording.of(":LogMetricFilter") and not recording.of(":ClassificationJob")


def test_what_no_deployment_does_is_an_alarm(record):
    recording = record(owning)
    filters = {one.name: one.inputs for one in recording.of(":LogMetricFilter")}
    assert set(filters) == {f"audit-{watched.id}" for watched in WATCHED}
    for name, made in filters.items():
        counted = made["metricTransformation"]
        alarm = recording.one(":MetricAlarm", name).inputs
        assert (alarm["namespace"], alarm["metricName"]) == (counted["namespace"], counted["name"])
        assert made["pattern"].count("(") == made["pattern"].count(")") and made["pattern"].startswith("{")
    assert '$.userIdentity.type = "Root"' in filters["audit-root-used"]["pattern"]
    assert recording.one(":MetricAlarm", "audit-root-used").inputs["threshold"] == 0
    assert recording.one(":MetricAlarm", "audit-calls-denied").inputs["threshold"] > 0, "AWS itself is denied calls"
    assert_every_alarm_reaches_a_person(recording)


def test_a_sample_of_the_lakes_is_read_under_a_grant_on_their_key(record):
    recording = record(lambda: owning(personal=[Store()], sampled_percent=1))
    job = recording.one(":ClassificationJob")
    assert job.inputs["samplingPercentage"] == 1 and job.inputs["jobType"] == "SCHEDULED"
    assert job.inputs["s3JobDefinition"]["bucketDefinitions"] == [{"accountId": ACCOUNT, "buckets": ["lake"]}]
    opened = recording.one(":Grant")
    assert opened.inputs["operations"] == ["Decrypt", "DescribeKey"] and waits_for(job, opened)


def test_nothing_is_looked_through_where_another_stack_switched_discovery_on(record):
    recording = record(lambda: audit(manage_account_baseline=True, baseline=Baseline(owned=False), personal=[Store()]))
    assert not recording.of(":ClassificationJob")
