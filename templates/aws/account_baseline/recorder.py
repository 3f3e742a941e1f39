"""The history of configurations: AWS Config records every resource and delivers to a bucket of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Platform
from ..hardened.storage import private_bucket_and_policy

CONFIG = "config.amazonaws.com"


def record_configurations(
    name: str, key: aws.kms.Key, keep_days: int, platform: Platform, parent: pulumi.Resource
) -> Sequence[pulumi.Resource]:
    """Recorder, channel and its start, in the one order in which AWS takes them; rules wait for what is returned."""
    bucket, policy = _make_bucket(name, key, keep_days, platform, parent)
    # The role that AWS keeps for the recorder: it knows each new type of resource, which a role of ours would not.
    role = aws.iam.ServiceLinkedRole(name, aws_service_name=CONFIG, opts=pulumi.ResourceOptions(parent=parent))
    recorder = aws.cfg.Recorder(
        name,
        name="default",
        role_arn=role.arn,
        recording_group=aws.cfg.RecorderRecordingGroupArgs(all_supported=True, include_global_resource_types=True),
        recording_mode=aws.cfg.RecorderRecordingModeArgs(recording_frequency="CONTINUOUS"),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    channel = aws.cfg.DeliveryChannel(
        name,
        name=recorder.name,
        s3_bucket_name=bucket.id,
        s3_kms_key_arn=key.arn,
        snapshot_delivery_properties=aws.cfg.DeliveryChannelSnapshotDeliveryPropertiesArgs(
            delivery_frequency="TwentyFour_Hours"
        ),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[recorder, policy]),
    )
    started = aws.cfg.RecorderStatus(
        name,
        name=recorder.name,
        is_enabled=True,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[channel]),
    )
    return [recorder, channel, started]


def _make_bucket(
    name: str, key: aws.kms.Key, keep_days: int, platform: Platform, parent: pulumi.Resource
) -> tuple[aws.s3.Bucket, aws.s3.BucketPolicy]:
    def config_writes(bucket_arn: pulumi.Output[str]) -> Sequence[Mapping[str, Any]]:
        ours = {"aws:SourceAccount": platform.account_id}
        principal = {"Service": CONFIG}
        return [
            {
                "Sid": "RecorderChecksTheBucket",
                "Effect": "Allow",
                "Principal": principal,
                "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
                "Resource": bucket_arn,
                "Condition": {"StringEquals": ours},
            },
            {
                "Sid": "RecorderWrites",
                "Effect": "Allow",
                "Principal": principal,
                "Action": "s3:PutObject",
                "Resource": pulumi.Output.concat(bucket_arn, "/AWSLogs/", platform.account_id, "/Config/*"),
                "Condition": {"StringEquals": {**ours, "s3:x-amz-acl": "bucket-owner-full-control"}},
            },
        ]

    return private_bucket_and_policy(
        f"{name}-configurations",
        parent,
        protected=platform.protected,
        key_arn=key.arn,
        access_logs_bucket=platform.access_logs_bucket,
        expire_after_days=keep_days,
        statements=config_writes,
    )
