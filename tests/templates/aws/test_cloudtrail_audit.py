"""The audit trail: complete, signed, locked, and loud when somebody touches it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archgen.services import Ref
from archgen.services.catalogue import services
from archgen.services.service import Neighbours, Region
from archgen.topology import Component, Topology
from templates.aws.cloudtrail_audit.component import CloudtrailAudit, CloudtrailAuditArgs
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


def audit(*, protected: bool = True, keep_days: int = 400) -> CloudtrailAudit:
    return CloudtrailAudit(
        "audit",
        CloudtrailAuditArgs(platform=platform(protected), lakes=[Store()], keep_days=keep_days),
    )


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


def test_it_records_every_lake_of_the_program():
    lakes = [Component(id=id, role="lake", zone="storage", needs={}) for id in ("event-lake", "decision-lake")]
    own = Component(id="audit", role="audit", zone="operations", needs={"keep_days": 400})
    given = SERVICE.arguments(
        own,
        Neighbours(
            topology=Topology(blueprint="test", zones=(), components=(*lakes, own), flows=()),
            services={},
            region=Region(name="eu-west-1", zones=("a",)),
            assumptions=alone().assumptions,
        ),
    )
    assert given == {"keep_days": 400, "lakes": (Ref(component="event-lake"), Ref(component="decision-lake"))}
