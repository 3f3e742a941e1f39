"""Copies beyond the region: complete buckets, nothing left out in silence, watched where S3 tells of them."""

from __future__ import annotations

import json

import pulumi
import pytest

from archgen.errors import NotFeasible
from archgen.knowledge import assumptions
from archgen.services import Neighbours, Ref, Region, Setting, StackSetting
from archgen.services.catalogue import clouds, services
from archgen.topology import Component, Topology
from templates.aws.contracts import ReplicatedBucket
from templates.aws.lake_bucket.component import LakeBucket, LakeBucketArgs
from templates.aws.second_region.component import SecondRegion, SecondRegionArgs
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    TOPIC,
    actions,
    assert_every_role_is_bounded_and_never_open,
    out,
    platform,
    policy,
    resources_of,
    waits_for,
)

SERVICE = services("aws")["second_region"]
SECOND = "eu-central-1"
AUDIT_KEY = "arn:aws:kms:eu-west-1:123456789012:key/audit"
COMPANIONS = (
    ":Bucket",
    ":BucketLifecycleConfiguration",
    ":BucketOwnershipControls",
    ":BucketPolicy",
    ":BucketPublicAccessBlock",
    ":BucketServerSideEncryptionConfiguration",
    ":BucketVersioning",
)


class Audit:
    """A bucket under a key of its own, that nobody can delete from."""

    def __init__(self) -> None:
        self.replicated = ReplicatedBucket(
            name="audit", bucket_name=out("audit"), key_arn=out(AUDIT_KEY), keep_days=400, locked_days=400
        )


def build(*, region: str = SECOND, allowed: tuple[str, ...] = (SECOND,), protected: bool = True) -> SecondRegion:
    given = platform(protected)
    lake = LakeBucket("lake", LakeBucketArgs(platform=given, keep_days=30))
    return SecondRegion(
        "second",
        SecondRegionArgs(
            platform=given,
            region=region,
            allowed=allowed,
            stores=[lake, Audit()],
            alarm_emails=["on-call@example.com"],
        ),
    )


def test_each_copy_is_a_complete_bucket_in_the_second_region(record):
    recording = record(build)
    for companion in COMPANIONS:
        made = {one.name: one.inputs.get("region") for one in recording.of(companion)}
        for name in ("second-artefacts", "second-lake", "second-audit", "second-access-logs"):
            assert made[name] == SECOND, f"{companion} of {name}"
        assert made["lake"] is None, "the original stays where the stack is"
    logged = recording.one(":BucketLogging", "second-lake").inputs
    assert logged["region"] == SECOND
    assert logged["targetBucket"] != "access-logs", "S3 delivers access logs within a region only"


def test_copies_lie_under_a_key_of_their_own_region(record):
    recording = record(build)
    key = recording.one(":Key")
    assert key.inputs["region"] == recording.one(":Alias").inputs["region"] == SECOND
    said = {one["Sid"]: one for one in json.loads(key.inputs["policy"])["Statement"]}
    assert said["RolesUseItThroughServices"]["Condition"]["StringEquals"] == {
        "kms:ViaService": [f"s3.{SECOND}.amazonaws.com"]
    }
    (rule,) = recording.one(":BucketReplicationConfig", "second-lake").inputs["rules"]
    assert rule["destination"]["encryptionConfiguration"]["replicaKmsKeyId"].endswith("Key/second")
    (encryption,) = recording.one(":BucketServerSideEncryptionConfiguration", "second-lake").inputs["rules"]
    assert encryption["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"].endswith("Key/second")


def test_nothing_is_left_out_in_silence_and_lateness_is_promised_against(record):
    """Objects under a key are skipped, and deletions stay undone, unless the rule says otherwise."""
    recording = record(build)
    assert recording.names(":BucketReplicationConfig") == {"second-artefacts", "second-lake", "second-audit"}
    for made in recording.of(":BucketReplicationConfig"):
        assert "region" not in made.inputs, "the rule belongs to the original"
        (rule,) = made.inputs["rules"]
        assert rule["status"] == "Enabled" and rule["filter"] == {"prefix": ""}
        assert rule["sourceSelectionCriteria"]["sseKmsEncryptedObjects"]["status"] == "Enabled"
        assert rule["deleteMarkerReplication"]["status"] == "Enabled"
        assert rule["destination"]["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
        assert rule["destination"]["metrics"] == {"status": "Enabled", "eventThreshold": {"minutes": 15}}


def test_a_copy_expires_and_is_locked_as_the_original(record):
    """An expiry is no deletion that S3 copies: without a rule of its own the copy outlives the retention."""
    recording = record(build)
    rules = recording.one(":BucketLifecycleConfiguration", "second-lake").inputs["rules"]
    assert [rule["expiration"]["days"] for rule in rules if "expiration" in rule] == [30]
    lock = recording.one(":BucketObjectLockConfiguration").inputs
    assert lock["region"] == SECOND
    assert lock["rule"]["defaultRetention"] == {"mode": "COMPLIANCE", "days": 400}
    assert recording.one(":Bucket", "second-audit").inputs["objectLockEnabled"] is True


def test_nothing_is_copied_before_both_sides_keep_versions_and_the_role_may(record):
    recording = record(build)
    rule = recording.one(":BucketReplicationConfig", "second-lake")
    assert waits_for(rule, recording.one(":RolePolicy", "second-copies"))
    for side in ("lake", "second-lake"):
        assert waits_for(recording.one(":BucketPolicy", side), recording.one(":BucketVersioning", side))


def test_the_role_reads_originals_writes_replicas_and_neither_the_other_way_round(record):
    recording = record(build)
    said = policy(recording.one(":RolePolicy", "second-copies"))
    assert not {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"} & actions(said)
    read, written = resources_of(said, "s3:GetObjectVersionForReplication"), resources_of(said, "s3:ReplicateObject")
    assert "arn:aws:s3:::artefacts/*" in read and not set(read) & set(written)
    assert len(read) == len(written) == 3
    assert set(resources_of(said, "kms:Decrypt")) == {DATA_KEY, AUDIT_KEY}
    (encrypts,) = [one for one in said if "kms:Encrypt" in one["Action"]]
    assert "kms:GenerateDataKey" in encrypts["Action"], "the copies' buckets have bucket keys"
    assert encrypts["Condition"]["StringEquals"] == {"kms:ViaService": f"s3.{SECOND}.amazonaws.com"}
    assert_every_role_is_bounded_and_never_open(recording)


def test_failures_alarm_here_and_lateness_there(record):
    """S3 publishes lateness in the region of the copy, and an alarm sees and tells no other region than its own."""
    recording = record(build)
    for alarm in recording.of(":MetricAlarm"):
        there = alarm.name.endswith("-late")
        assert alarm.inputs.get("region") == (SECOND if there else None)
        assert alarm.inputs["metricName"] == ("ReplicationLatency" if there else "OperationsFailedReplication")
        assert alarm.inputs["threshold"] == (900 if there else 0)
        assert (alarm.inputs["alarmActions"] == [TOPIC]) is not there
        assert set(alarm.inputs["dimensions"]) == {"SourceBucket", "DestinationBucket", "RuleId"}
    topic = recording.one(":Topic")
    assert topic.inputs["region"] == recording.one(":TopicSubscription").inputs["region"] == SECOND
    assert topic.inputs["kmsMasterKeyId"].endswith("Key/second"), "a key of another region encrypts no topic"
    publish, _ = json.loads(recording.one(":TopicPolicy").inputs["policy"])["Statement"]
    assert publish["Condition"]["ArnLike"]["aws:SourceArn"].startswith(f"arn:aws:cloudwatch:{SECOND}:")


def test_the_dashboard_shows_what_lies_in_its_region(record):
    made: list[SecondRegion] = []
    record(lambda: made.append(build()))
    assert len(made[0].alarms) == len(made[0].metrics) == 3
    assert {metric.name for metric in made[0].metrics} == {"OperationsFailedReplication"}


@pytest.mark.parametrize(
    ("region", "allowed", "said"),
    [("eu-west-1", (), "as aws:region is"), ("us-east-1", (SECOND,), "may not be kept")],
)
def test_a_region_that_saves_nothing_or_that_data_may_not_leave_for_is_refused(record, region, allowed, said):
    with pytest.raises(ValueError, match=said):
        record(lambda: build(region=region, allowed=allowed))


@pytest.mark.parametrize("protected", [True, False])
def test_copies_resist_deletion_where_the_originals_do(record, protected):
    recording = record(lambda: build(protected=protected))
    assert recording.one(":Bucket", "second-lake").protect is recording.one(":Key").protect is protected


def neighbours(region: str = "eu-west-1") -> Neighbours:
    topology = Topology(
        blueprint="realtime_scoring",
        zones=(),
        components=(
            Component(id="foundation", role="foundation", zone="foundation", needs={"log_days": 400}),
            Component(id="event-lake", role="lake", zone="storage", needs={"keep_days": 400}),
            Component(id="audit", role="audit", zone="operations", needs={"keep_days": 400}),
        ),
        flows=(),
    )
    offered = services("aws")
    return Neighbours(
        topology=topology,
        services={
            "foundation": offered["foundation"],
            "event-lake": offered["lake_bucket"],
            "audit": offered["cloudtrail_audit"],
        },
        region=Region(name=region, zones=()),
        assumptions=assumptions(),
    )


def _component(**needs) -> Component:
    return Component(id="second-region", role="second-region", zone="operations", needs=needs)


def test_the_region_is_a_setting_within_the_residency():
    given = SERVICE.arguments(_component(residency=("eu",)), neighbours())
    region = given["region"]
    assert isinstance(region, StackSetting) and set(region.values.values()) == {SECOND}
    assert given["stores"] == (Ref(component="event-lake"), Ref(component="audit"))
    assert SECOND in given["allowed"] and not {"eu-west-1", "eu-west-2", "us-east-1"} & set(given["allowed"])
    emails = given["alarm_emails"]
    assert isinstance(emails, Setting) and emails.key == "alarmEmails"


@pytest.mark.parametrize(("region", "residency"), [("eu-west-2", "gb"), ("eu-central-1", "de"), ("sa-east-1", "br")])
def test_no_copy_leaves_the_residency_where_it_has_one_region(region, residency):
    with pytest.raises(NotFeasible) as refused:
        SERVICE.arguments(_component(residency=(residency,)), neighbours(region))
    assert "none within" in refused.value.problems[0].message


def test_every_region_has_a_usual_second_and_none_is_its_own():
    cloud = clouds()["aws"]
    pairs = {row["region"]: row["second"] for row in cloud.facts["second_regions"]}
    assert set(pairs) == set(cloud.regions) and set(pairs.values()) <= set(cloud.regions)
    assert all(region != second for region, second in pairs.items())
    # Where the same territory has another region, that one is the usual: residency rarely has to overrule it.
    for region, second in pairs.items():
        own = cloud.regions[region]["residency"]
        if [other for other, facts in cloud.regions.items() if facts["residency"] == own and other != region]:
            assert cloud.regions[second]["residency"] == own


def test_the_residency_overrules_the_usual_second():
    """Of Ireland and France, the copy of Irish data may lie in France only; Italy has a single region."""
    cloud = clouds()["aws"]
    assert cloud.second_region("eu-west-1", ("eu",)) == SECOND
    assert cloud.second_region("eu-west-1", ("ie", "fr")) == "eu-west-3"
    assert cloud.second_region("eu-south-1", ("it",)) is None
    assert cloud.second_region("eu-west-2", ()) == "eu-west-1"


def test_what_it_exports_names_every_copy(record):
    made: list[SecondRegion] = []
    names: dict[str, str] = {}

    def program() -> None:
        made.append(build())
        made[0].buckets.apply(names.update)

    record(program)
    assert set(names) == {"artefacts", "lake", "audit"}
    assert isinstance(made[0].buckets, pulumi.Output)
