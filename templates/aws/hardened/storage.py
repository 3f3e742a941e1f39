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
    region: str | None = None,
) -> aws.s3.Bucket:
    """A bucket with the eight companions that make it fit for regulated data.

    `key_arn` None means SSE-S3: only for a bucket that receives access logs, which S3 and the load balancers cannot
    write under a customer key. `statements` are added to the one policy that a bucket can have; who may use the bucket
    is said on the roles instead. `expire_after_days` None keeps current versions for ever. What is written can be
    neither changed nor deleted for `locked_days`: by nobody where `protected`, else only by who may bypass the lock.
    `region` is another than the stack's; the bucket of access logs then has to lie there as well.
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
        region=region,
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
    region: str | None = None,
) -> tuple[aws.s3.Bucket, aws.s3.BucketPolicy]:
    """`private_bucket`, with its policy for those who may not name the bucket before it has one and keeps versions."""
    options = pulumi.ResourceOptions(parent=parent)
    bucket = aws.s3.Bucket(
        name,
        region=region,
        object_lock_enabled=True if locked_days is not None else None,
        force_destroy=not protected,
        opts=pulumi.ResourceOptions(parent=parent, protect=protected),
    )
    versions = _keep_and_encrypt(name, bucket, key_arn, region, options)
    if locked_days is not None:
        _lock(name, bucket, locked_days, region, protected=protected, options=options)
    blocked = aws.s3.BucketPublicAccessBlock(
        name,
        region=region,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=options,
    )
    policy = aws.s3.BucketPolicy(
        name,
        region=region,
        bucket=bucket.id,
        policy=_policy(bucket, statements(bucket.arn) if statements else ()),
        # S3 refuses a policy with a conflict while public access is being blocked; and who waits for the policy, as
        # replication does, may count on versions.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[blocked, versions]),
    )
    _expire_and_log(name, bucket, access_logs_bucket, _lifecycle(expire_after_days, noncurrent_days), region, options)
    # AWS Backup and malware scans learn of new objects so. One for each bucket: a second would overwrite it.
    aws.s3.BucketNotification(name, region=region, bucket=bucket.id, eventbridge=True, opts=options)
    return bucket, policy


def _expire_and_log(
    name: str,
    bucket: aws.s3.Bucket,
    access_logs_bucket: pulumi.Input[str] | None,
    rules: Sequence[aws.s3.BucketLifecycleConfigurationRuleArgs],
    region: str | None,
    options: pulumi.ResourceOptions,
) -> None:
    aws.s3.BucketLifecycleConfiguration(name, region=region, bucket=bucket.id, rules=rules, opts=options)
    if access_logs_bucket is not None:
        aws.s3.BucketLogging(
            name,
            region=region,
            bucket=bucket.id,
            target_bucket=access_logs_bucket,
            target_prefix=f"s3/{name}/",
            opts=options,
        )


def _keep_and_encrypt(
    name: str,
    bucket: aws.s3.Bucket,
    key_arn: pulumi.Input[str] | None,
    region: str | None,
    options: pulumi.ResourceOptions,
) -> aws.s3.BucketVersioning:
    versions = aws.s3.BucketVersioning(
        name,
        region=region,
        bucket=bucket.id,
        versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
        opts=options,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        region=region,
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
        region=region,
        bucket=bucket.id,
        rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=options,
    )
    return versions


def _lock(
    name: str,
    bucket: aws.s3.Bucket,
    days: int,
    region: str | None,
    *,
    protected: bool,
    options: pulumi.ResourceOptions,
) -> None:
    # In compliance mode not even the root user can delete before the time is over: a stack that may be destroyed could
    # then never be.
    mode = "COMPLIANCE" if protected else "GOVERNANCE"
    aws.s3.BucketObjectLockConfiguration(
        name,
        region=region,
        bucket=bucket.id,
        rule=aws.s3.BucketObjectLockConfigurationRuleArgs(
            default_retention=aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(mode=mode, days=days)
        ),
        opts=options,
    )


def access_log_deliveries(bucket_arn: pulumi.Output[str], account_id: pulumi.Input[str]) -> Mapping[str, Any]:
    """The statement that lets S3 deliver the access logs of this account's buckets below `s3/`."""
    return {
        "Sid": "S3AccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": pulumi.Output.concat(bucket_arn, "/s3/*"),
        "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
    }


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
