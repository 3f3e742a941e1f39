"""Who copies: bounded to the buckets that it copies, and to those that a test of restoring makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Platform

BACKUP = "backup.amazonaws.com"
POLICIES = {
    "copies": "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
    "restores": "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
}
"""What AWS Backup needs to copy and to restore a bucket."""
RESTORED = "arn:aws:s3:::awsbackup-restore-test-*"
"""Buckets that a test of restoring makes and deletes."""


def limits(
    buckets: Sequence[pulumi.Input[str]], vault: aws.backup.Vault, key: aws.kms.Key, platform: Platform
) -> Sequence[Mapping[str, Any]]:
    """The most that the custodian may do, whatever AWS adds to its policies."""
    known = [*buckets, RESTORED]
    rules = pulumi.Output.format(
        "arn:aws:events:{0}:{1}:rule/AwsBackupManagedRule*", platform.region, platform.account_id
    )
    through = {"StringLike": {"kms:ViaService": [f"s3.{platform.region}.*", f"backup.{platform.region}.*"]}}
    return [
        {"Sid": "Buckets", "Effect": "Allow", "Action": "s3:*", "Resource": known},
        {
            "Sid": "Objects",
            "Effect": "Allow",
            "Action": "s3:*",
            "Resource": [pulumi.Output.concat(bucket, "/*") for bucket in known],
        },
        {
            "Sid": "Keys",
            "Effect": "Allow",
            "Action": ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            "Resource": [platform.keys.data, key.arn],
            "Condition": through,
        },
        {"Sid": "Changes", "Effect": "Allow", "Action": "events:*", "Resource": rules},
        {"Sid": "Vault", "Effect": "Allow", "Action": "backup:*", "Resource": vault.arn},
        # What follows admits no resource.
        {
            "Sid": "Looks",
            "Effect": "Allow",
            "Action": ["cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets", "tag:GetResources"],
            "Resource": "*",
        },
    ]
