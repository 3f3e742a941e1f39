"""Files that Model Monitor reads: uploaded by the program, since a job definition names nothing but addresses."""

from __future__ import annotations

import hashlib

import pulumi
import pulumi_aws as aws

from ..contracts import Platform


def upload(
    component: str, part: str, file_name: str, text: str, platform: Platform, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """Upload `text` below the prefix of a component, and give its address."""
    uploaded = aws.s3.BucketObjectv2(
        f"{component}-{part}",
        bucket=platform.artefacts_bucket,
        # By content: a job definition cannot be changed, so another text has to be another object.
        key=f"{component}/{hashlib.sha256(text.encode()).hexdigest()[:12]}/{file_name}",
        content=text,
        server_side_encryption="aws:kms",
        kms_key_id=platform.keys.data,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return pulumi.Output.concat("s3://", uploaded.bucket, "/", uploaded.key)
