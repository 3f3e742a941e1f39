"""Buckets: private, versioned, under a customer key, and never written to under any other."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

KEEP_DELETED_DAYS = 30
SOFT_DELETE_SECONDS = 7 * 24 * 3600


def private_bucket(
    name: str,
    parent: pulumi.Resource,
    *,
    project_id: pulumi.Input[str],
    region: str,
    key: pulumi.Input[str],
    protected: bool,
) -> gcp.storage.Bucket:
    """A bucket in one region that keeps what was overwritten or deleted for 30 days."""
    return gcp.storage.Bucket(
        name,
        location=region.upper(),
        project=project_id,
        uniform_bucket_level_access=True,
        public_access_prevention="enforced",
        force_destroy=not protected,
        versioning=gcp.storage.BucketVersioningArgs(enabled=True),
        encryption=gcp.storage.BucketEncryptionArgs(
            default_kms_key_name=key,
            # The default key alone does not stop a client from asking for Google's own.
            google_managed_encryption_enforcement_config=gcp.storage.BucketEncryptionGoogleManagedEncryptionEnforcementConfigArgs(
                restriction_mode="FullyRestricted"
            ),
        ),
        soft_delete_policy=gcp.storage.BucketSoftDeletePolicyArgs(retention_duration_seconds=SOFT_DELETE_SECONDS),
        lifecycle_rules=[
            gcp.storage.BucketLifecycleRuleArgs(
                action=gcp.storage.BucketLifecycleRuleActionArgs(type="Delete"),
                condition=gcp.storage.BucketLifecycleRuleConditionArgs(days_since_noncurrent_time=KEEP_DELETED_DAYS),
            ),
            gcp.storage.BucketLifecycleRuleArgs(
                action=gcp.storage.BucketLifecycleRuleActionArgs(type="AbortIncompleteMultipartUpload"),
                condition=gcp.storage.BucketLifecycleRuleConditionArgs(age=7),
            ),
        ],
        opts=pulumi.ResourceOptions(parent=parent, protect=protected),
    )
