"""Looking for personal data and card numbers where none should be: a sample of what is new in the lakes, each week."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from ..contracts import ObjectStore, Platform


def sample_lakes(
    name: str,
    lakes: Sequence[ObjectStore],
    role_arn: pulumi.Output[str],
    percent: int,
    platform: Platform,
    parent: pulumi.Resource,
) -> None:
    """A weekly job of Macie over `percent` of the new objects; Security Hub gathers what it finds."""
    # Macie reads with a role that AWS keeps, and that no policy of ours can be put on: the key lets it in by a grant.
    opened = aws.kms.Grant(
        f"{name}-personal-data",
        key_id=platform.keys.data,
        grantee_principal=role_arn,
        operations=["Decrypt", "DescribeKey"],
        opts=pulumi.ResourceOptions(parent=parent),
    )
    aws.macie2.ClassificationJob(
        f"{name}-personal-data",
        name=f"{platform.name}-{name}-personal-data",
        description="Looks for personal data and card numbers in a sample of what is new in the lakes",
        job_type="SCHEDULED",
        schedule_frequency=aws.macie2.ClassificationJobScheduleFrequencyArgs(weekly_schedule="SUNDAY"),
        # The first run takes a sample of what lies there already.
        initial_run=True,
        sampling_percentage=percent,
        s3_job_definition=aws.macie2.ClassificationJobS3JobDefinitionArgs(
            bucket_definitions=[
                aws.macie2.ClassificationJobS3JobDefinitionBucketDefinitionArgs(
                    account_id=platform.account_id, buckets=[lake.bucket_name for lake in lakes]
                )
            ]
        ),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[opened]),
    )
