from __future__ import annotations

from archgen.services import catalogue
from templates.aws.lake_bucket.component import LakeBucket, LakeBucketArgs
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    Caller,
    actions,
    alone,
    assert_every_role_is_bounded_and_never_open,
    component,
    platform,
    policy,
    resources_of,
)


def build(protected=True, keep_days=400):
    lake = LakeBucket("lake", LakeBucketArgs(platform=platform(protected), keep_days=keep_days))
    lake.grant_write(Caller("delivery").workload, "delivery")


def test_objects_are_encrypted_private_versioned_and_expire(record):
    made = record(build)
    (rule,) = made.one(":BucketServerSideEncryptionConfiguration").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": DATA_KEY}
    assert rule["bucketKeyEnabled"] is True
    assert all(value for key, value in made.one(":BucketPublicAccessBlock").inputs.items() if key != "bucket")
    assert made.one(":BucketVersioning").inputs["versioningConfiguration"] == {"status": "Enabled"}
    assert made.one(":BucketLogging").inputs["targetBucket"] == "access-logs"
    expiry = [rule for rule in made.one(":BucketLifecycleConfiguration").inputs["rules"] if "expiration" in rule]
    assert [rule["expiration"]["days"] for rule in expiry] == [400]


def test_events_of_the_bucket_reach_eventbridge_by_its_one_notification(record):
    (notification,) = record(build).of(":BucketNotification")
    assert notification.inputs["eventbridge"] is True


def test_without_a_retention_nothing_expires(record):
    rules = record(lambda: build(keep_days=None)).one(":BucketLifecycleConfiguration").inputs["rules"]
    assert not [rule for rule in rules if "expiration" in rule]


def test_a_writer_adds_below_its_prefix_and_can_do_nothing_else(record):
    made = record(build)
    grant = made.one(":RolePolicy", "delivery-writes-lake")
    said = policy(grant)
    assert actions(said) == {"s3:PutObject", "s3:AbortMultipartUpload", "kms:Decrypt", "kms:GenerateDataKey"}
    (objects,) = resources_of(said, "s3:PutObject")
    assert objects.endswith("/delivery/*") and ":::" not in objects.removeprefix("arn:aws:s3:::")
    (key,) = [statement for statement in said if "kms:Decrypt" in statement["Action"]]
    assert key["Resource"] == [DATA_KEY]
    assert key["Condition"] == {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    assert "Caller" in grant.parent, "a grant belongs to whoever opens the flow"
    assert_every_role_is_bounded_and_never_open(made)


def test_grants_never_touch_the_one_policy_of_the_bucket(record):
    assert len(record(build).of(":BucketPolicy")) == 1


def test_what_holds_data_resists_deletion_only_where_it_should(record):
    assert record(build).one(":Bucket").protect
    development = record(lambda: build(protected=False)).one(":Bucket")
    assert not development.protect and development.inputs["forceDestroy"] is True


def test_the_spec_says_how_long_objects_are_kept():
    service = catalogue.services("aws")["lake_bucket"]
    assert service.arguments(component("lake", "lake"), alone()) == {"keep_days": 400}
    assert service.arguments(component("lake", "lake", {}), alone()) == {}
    assert not service.observed
