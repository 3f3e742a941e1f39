"""Copies of a bucket in a second region: made within minutes, locked and expiring as the original, and watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform, ReplicatedBucket
from .identity import statement
from .monitoring import alarm
from .storage import private_bucket_and_policy

MINUTES = 15
"""The one threshold that S3 has for replication time control, in minutes."""
RULE = "to-second-region"


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where copies go to, and who makes them. All but the role lies in `region`."""

    region: str
    key_arn: pulumi.Output[str]
    access_logs_bucket: pulumi.Output[str]
    alarm_topic_arn: pulumi.Output[str]
    role: aws.iam.Role


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A bucket and its copy."""

    original: ReplicatedBucket
    bucket_name: pulumi.Output[str]
    """Known once the copy keeps versions."""


def copy_of(
    prefix: str, original: ReplicatedBucket, destination: Destination, platform: Platform, parent: pulumi.Resource
) -> Copy:
    """A bucket for the copies, as complete as the original and kept as long."""
    _, policy = private_bucket_and_policy(
        f"{prefix}-{original.name}",
        parent,
        protected=platform.protected,
        key_arn=destination.key_arn,
        access_logs_bucket=destination.access_logs_bucket,
        expire_after_days=original.keep_days,
        locked_days=original.locked_days,
        region=destination.region,
    )
    return Copy(original=original, bucket_name=policy.bucket)


def rights(copies: Sequence[Copy], destination: Destination, platform: Platform) -> Sequence[Mapping[str, Any]]:
    """What the role needs for these copies: versions out of the originals, replicas into the copies, and both keys."""
    originals = [_arn(copy.original.bucket_name) for copy in copies]
    return [
        statement(["s3:GetReplicationConfiguration", "s3:ListBucket"], originals),
        statement(
            [
                "s3:GetObjectLegalHold",
                "s3:GetObjectRetention",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            [pulumi.Output.concat(arn, "/*") for arn in originals],
        ),
        statement(
            ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
            [pulumi.Output.concat(_arn(copy.bucket_name), "/*") for copy in copies],
        ),
        statement(
            ["kms:Decrypt"], [copy.original.key_arn for copy in _one_per_key(copies)], _through_s3(platform.region)
        ),
        # With bucket keys S3 asks for a data key of the bucket instead of encrypting one for each object.
        statement(["kms:Encrypt", "kms:GenerateDataKey"], [destination.key_arn], _through_s3(destination.region)),
    ]


def replicate(
    prefix: str, copy: Copy, destination: Destination, granted: Sequence[pulumi.Resource], parent: pulumi.Resource
) -> aws.s3.BucketReplicationConfig:
    """The rule that copies all that is written from now on, deletions included. What is there already is not copied."""
    enabled = "Enabled"
    return aws.s3.BucketReplicationConfig(
        f"{prefix}-{copy.original.name}",
        bucket=copy.original.bucket_name,
        role=destination.role.arn,
        rules=[
            aws.s3.BucketReplicationConfigRuleArgs(
                id=RULE,
                status=enabled,
                priority=0,
                filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
                delete_marker_replication=aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(status=enabled),
                # Without it S3 leaves out, in silence, what is encrypted under a key.
                source_selection_criteria=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
                    sse_kms_encrypted_objects=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
                        status=enabled
                    )
                ),
                destination=aws.s3.BucketReplicationConfigRuleDestinationArgs(
                    bucket=_arn(copy.bucket_name),
                    encryption_configuration=aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
                        replica_kms_key_id=destination.key_arn
                    ),
                    replication_time=aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs(
                        status=enabled,
                        time=aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs(minutes=MINUTES),
                    ),
                    metrics=aws.s3.BucketReplicationConfigRuleDestinationMetricsArgs(
                        status=enabled,
                        event_threshold=aws.s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs(
                            minutes=MINUTES
                        ),
                    ),
                ),
            )
        ],
        # An object that is written while the role has no rights yet fails, and is not tried again.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(granted)),
    )


def watch(
    prefix: str, copy: Copy, destination: Destination, platform: Platform, parent: pulumi.Resource
) -> tuple[aws.cloudwatch.MetricAlarm, Metric]:
    """The alarm on copies that failed and its metric, both here; one on late copies lies in the second region.

    S3 tells of failures in the region of the original and of lateness in that of the copy, and an alarm sees and tells
    its own region only. The second one therefore has a topic of its own, and is not on the dashboard.
    """
    name, here = f"{prefix}-{copy.original.name}", copy.original.name
    late = _metric(f"{here}: seconds that copies are behind", "ReplicationLatency", "Maximum", copy)
    alarm(
        f"{name}-late",
        late,
        f"Copies of {here} are more than {MINUTES} minutes behind: what was written since would be lost with the "
        f"region {platform.region}. Look at OperationsPendingReplication and at the quota of replication time control.",
        60.0 * MINUTES,
        platform,
        parent,
        region=destination.region,
        topic_arn=destination.alarm_topic_arn,
    )
    failed = _metric(f"{here}: copies that failed", "OperationsFailedReplication", "Sum", copy)
    failing = alarm(
        f"{name}-failed",
        failed,
        f"Objects of {here} could not be copied to the second region, and S3 does not try again by itself: most "
        "often the role or one of the keys lost a right. Mend it, then copy what failed with S3 Batch Replication.",
        0,
        platform,
        parent,
        periods=1,
    )
    return failing, failed


def _metric(title: str, name: str, statistic: str, copy: Copy) -> Metric:
    return Metric(
        title=title,
        namespace="AWS/S3",
        name=name,
        statistic=statistic,
        dimensions={
            "SourceBucket": copy.original.bucket_name,
            "DestinationBucket": copy.bucket_name,
            "RuleId": RULE,
        },
        period_seconds=300,
    )


def _one_per_key(copies: Sequence[Copy]) -> Sequence[Copy]:
    """The same output stands for the same key: all lakes lie under the platform's."""
    return list({id(copy.original.key_arn): copy for copy in copies}.values())


def _arn(bucket_name: pulumi.Output[str]) -> pulumi.Output[str]:
    return pulumi.Output.concat("arn:aws:s3:::", bucket_name)


def _through_s3(region: str) -> Mapping[str, Mapping[str, str]]:
    return {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}}
