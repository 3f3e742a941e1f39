"""Buckets: private, versioned, encrypted, TLS only, logged and cleaned up. Always all of it, so always one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import pulumi
import pulumi_aws as aws

BucketStatements: TypeAlias = Callable[[pulumi.Output[str]], Sequence[Mapping[str, Any]]]
"""Policy statements about a bucket, from its ARN: S3 refuses a statement about anything else."""


def private_bucket(
    name: str,
    parent: pulumi.Resource,
    *,
    protected: bool,
    key_arn: pulumi.Input[str] | None,
    access_logs_bucket: pulumi.Input[str] | None,
    expire_after_days: int | None = None,
    noncurrent_days: int = 90,
    locked_days: int | None = None,
    statements: BucketStatements | None = None,
) -> aws.s3.Bucket:
    """A bucket with the seven companions that make it fit for regulated data.

    `key_arn` None means SSE-S3: only for a bucket that receives access logs, which S3 and the load balancers cannot
    write under a customer key. `statements` are added to the one policy that a bucket can have; who may use the bucket
    is said on the roles instead. `expire_after_days` None keeps current versions for ever. What is written can be
    neither changed nor deleted for `locked_days`: by nobody where `protected`, else only by who may bypass the lock.
    """
    bucket, _ = private_bucket_and_policy(
        name,
        parent,
        protected=protected,
        key_arn=key_arn,
        access_logs_bucket=access_logs_bucket,
        expire_after_days=expire_after_days,
        noncurrent_days=noncurrent_days,
        locked_days=locked_days,
        statements=statements,
    )
    return bucket


def private_bucket_and_policy(
    name: str,
    parent: pulumi.Resource,
    *,
    protected: bool,
    key_arn: pulumi.Input[str] | None,
    access_logs_bucket: pulumi.Input[str] | None,
    expire_after_days: int | None = None,
    noncurrent_days: int = 90,
    locked_days: int | None = None,
    statements: BucketStatements | None = None,
) -> tuple[aws.s3.Bucket, aws.s3.BucketPolicy]:
    """`private_bucket`, with its policy for those who may not name the bucket before the policy is in place."""
    options = pulumi.ResourceOptions(parent=parent)
    bucket = aws.s3.Bucket(
        name,
        object_lock_enabled=True if locked_days is not None else None,
        force_destroy=not protected,
        opts=pulumi.ResourceOptions(parent=parent, protect=protected),
    )
    _keep_and_encrypt(name, bucket, key_arn, options)
    if locked_days is not None:
        _lock(name, bucket, locked_days, protected=protected, options=options)
    blocked = aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=options,
    )
    policy = aws.s3.BucketPolicy(
        name,
        bucket=bucket.id,
        policy=_policy(bucket, statements(bucket.arn) if statements else ()),
        # S3 refuses one of the two with a conflict when they arrive at the same time.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[blocked]),
    )
    aws.s3.BucketLifecycleConfiguration(
        name, bucket=bucket.id, rules=_lifecycle(expire_after_days, noncurrent_days), opts=options
    )
    if access_logs_bucket is not None:
        aws.s3.BucketLogging(
            name, bucket=bucket.id, target_bucket=access_logs_bucket, target_prefix=f"s3/{name}/", opts=options
        )
    return bucket, policy


def _keep_and_encrypt(
    name: str, bucket: aws.s3.Bucket, key_arn: pulumi.Input[str] | None, options: pulumi.ResourceOptions
) -> None:
    aws.s3.BucketVersioning(
        name,
        bucket=bucket.id,
        versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
        opts=options,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket.id,
        rules=[
            aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                    sse_algorithm="AES256" if key_arn is None else "aws:kms", kms_master_key_id=key_arn
                ),
                bucket_key_enabled=key_arn is not None,
            )
        ],
        opts=options,
    )
    aws.s3.BucketOwnershipControls(
        name,
        bucket=bucket.id,
        rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=options,
    )


def _lock(name: str, bucket: aws.s3.Bucket, days: int, *, protected: bool, options: pulumi.ResourceOptions) -> None:
    # In compliance mode not even the root user can delete before the time is over: a stack that may be destroyed could
    # then never be.
    mode = "COMPLIANCE" if protected else "GOVERNANCE"
    aws.s3.BucketObjectLockConfiguration(
        name,
        bucket=bucket.id,
        rule=aws.s3.BucketObjectLockConfigurationRuleArgs(
            default_retention=aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(mode=mode, days=days)
        ),
        opts=options,
    )


def _policy(bucket: aws.s3.Bucket, statements: Sequence[Mapping[str, Any]]) -> pulumi.Output[str]:
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [tls_only, *statements]})


def _lifecycle(
    expire_after_days: int | None, noncurrent_days: int
) -> Sequence[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    everything = aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
    rules = [
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="clean-up",
            status="Enabled",
            filter=everything,
            noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=noncurrent_days
            ),
            abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=7
            ),
        )
    ]
    if expire_after_days is not None:
        rules.append(
            aws.s3.BucketLifecycleConfigurationRuleArgs(
                id="expire",
                status="Enabled",
                filter=everything,
                expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=expire_after_days),
            )
        )
    return rules
