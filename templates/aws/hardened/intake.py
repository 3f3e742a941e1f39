"""What every intake job has besides its source: the memory of how far it got, its schedule, and a count of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, ObjectStore, Platform
from .glue import Hosting, may_run
from .identity import allow, statement
from .schedules import Call, Scheduled, schedule

START_JOB = "arn:aws:scheduler:::aws-sdk:glue:startJobRun"


def grant_state(name: str, hosted: Hosting, platform: Platform) -> aws.iam.RolePolicy:
    """How far the last run got: one object below `<name>/state/`, which the job alone reads and writes."""
    bucket = pulumi.Output.concat("arn:aws:s3:::", platform.artefacts_bucket)
    return allow(
        f"{name}-state",
        hosted.workload,
        [
            statement(["s3:GetObject", "s3:PutObject"], [pulumi.Output.concat(bucket, f"/{name}/state/*")]),
            # Without it S3 answers a missing object with "denied", and the first run would end there.
            statement(["s3:ListBucket"], [bucket], {"StringLike": {"s3:prefix": [f"{name}/state/*"]}}),
        ],
    )


def may_commit(store: ObjectStore, prefix: str) -> list[Mapping[str, Any]]:
    """What Spark needs besides adding objects: it lists, reads back and replaces what its own runs wrote."""
    return [
        statement(["s3:DeleteObject", "s3:GetObject"], [pulumi.Output.concat(store.bucket_arn, f"/{prefix}/*")]),
        statement(["s3:GetBucketLocation"], [store.bucket_arn]),
        statement(["s3:ListBucket"], [store.bucket_arn], {"StringLike": {"s3:prefix": [prefix, f"{prefix}/*"]}}),
    ]


def start_at(
    name: str, job: aws.glue.Job, platform: Platform, parent: pulumi.ComponentResource, expression: str, time_zone: str
) -> Scheduled:
    """Start the job at each time of `expression`, which is read in `time_zone`."""
    call = Call(target_arn=START_JOB, input={"JobName": job.name}, statements=[may_run(job)])
    return schedule(name, parent, platform, expression=expression, time_zone=time_zone, call=call)


def own_metric(name: str, platform: Platform, title: str, metric: str, statistic: str = "Sum") -> Metric:
    """A metric that the code of the job `name` publishes."""
    return Metric(
        title=f"{name}: {title}",
        namespace=f"archgen/{platform.name}",
        name=metric,
        statistic=statistic,
        dimensions={"Component": name},
        period_seconds=3600,
    )
