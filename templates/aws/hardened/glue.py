"""Spark jobs on AWS Glue: inside the network, under customer keys, with logs declared before anyone writes to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Network, Platform, Step, Workload
from .connections import connect, reach_aws, security_group
from .identity import allow, service_role, statement
from .monitoring import alarm, log_group

VERSION = "5.0"
"""Spark 3.5.4, Python 3.11, Java 17."""
RUN_DATE = "$.date"
"""Where a state machine that runs a job says for which date it does."""


@dataclass(frozen=True, kw_only=True)
class Hosting:
    """What a job needs before it exists: who it is, where it stands, what encrypts and where it logs."""

    workload: Workload
    security_group_id: pulumi.Output[str]
    security_configuration: pulumi.Output[str]
    log_prefix: str
    prepared: Sequence[pulumi.Resource]
    """Wait for these: a job that starts before them makes log groups without a key or fails at its network."""


@dataclass(frozen=True, kw_only=True)
class SparkJob:
    """The code of a job and what it runs on.

    `code` is the folder of the code as seen from the Pulumi project: `main.py`, and beside it the packages.
    `arguments` are those of `main.py`, each beginning with `--`. `connections` are names of Glue connections, and at
    least one puts the job into the network.
    """

    code: str
    packages: Sequence[str]
    workers: int
    timeout_minutes: int
    arguments: Mapping[str, pulumi.Input[str]]
    connections: Sequence[pulumi.Input[str]]
    worker_type: str = "G.1X"
    retries: int = 1


def hosting(name: str, platform: Platform, network: Network, parent: pulumi.ComponentResource) -> Hosting:
    """Role, group, security configuration and log groups of the job `name`."""
    options = pulumi.ResourceOptions(parent=parent)
    role = service_role(name, "glue.amazonaws.com", platform, parent)
    group = security_group(name, network, f"Spark job {name}", parent)
    workload = Workload(name=name, component=parent, role=role, security_group_id=group.id)
    encryption = _security_configuration(name, platform, options)
    prefix = f"/archgen/{platform.name}/{name}"
    logs = [
        # Glue 5 names its groups so when a prefix and a security configuration are given; see `log-groups` of the
        # service. One that Glue made itself would be kept for ever.
        log_group(
            f"{name}-{stream}",
            pulumi.Output.format("{0}/{1}-role/{2}/{3}", prefix, encryption.name, role.name, stream),
            platform,
            parent,
        )
        for stream in ("error", "output")
    ]
    prepared = [
        *reach_aws(workload, network),
        *_among_workers(name, group, parent),
        allow(f"{name}-service", workload, _service_statements(name, platform, network, group, logs)),
        *logs,
    ]
    return Hosting(
        workload=workload,
        security_group_id=group.id,
        security_configuration=encryption.name,
        log_prefix=prefix,
        prepared=prepared,
    )


def network_connection(
    name: str, hosted: Hosting, subnet_id: pulumi.Input[str], parent: pulumi.Resource
) -> aws.glue.Connection:
    """Puts a job into one subnet. A job with several takes the first that has addresses left."""
    return aws.glue.Connection(
        name,
        connection_type="NETWORK",
        physical_connection_requirements=aws.glue.ConnectionPhysicalConnectionRequirementsArgs(
            subnet_id=subnet_id, security_group_id_lists=[hosted.security_group_id]
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def spark_job(
    name: str,
    hosted: Hosting,
    job: SparkJob,
    platform: Platform,
    parent: pulumi.ComponentResource,
    depends_on: Sequence[pulumi.Resource],
) -> aws.glue.Job:
    """The job `name`, its code uploaded by this program: a job and its code are of one version, always."""
    script, packages = _upload(name, job, platform, parent)
    return aws.glue.Job(
        name,
        role_arn=hosted.workload.role.arn,
        glue_version=VERSION,
        worker_type=job.worker_type,
        number_of_workers=job.workers,
        timeout=job.timeout_minutes,
        max_retries=job.retries,
        execution_class="STANDARD",
        execution_property=aws.glue.JobExecutionPropertyArgs(max_concurrent_runs=1),
        security_configuration=hosted.security_configuration,
        connections=list(job.connections),
        command=aws.glue.JobCommandArgs(
            name="glueetl",
            python_version="3",
            script_location=pulumi.Output.concat("s3://", script.bucket, "/", script.key),
        ),
        default_arguments={
            "--extra-py-files": pulumi.Output.concat("s3://", packages.bucket, "/", packages.key),
            "--custom-logGroup-prefix": hosted.log_prefix,
            "--enable-metrics": "true",
            "--enable-observability-metrics": "true",
            # State is kept by the code itself, in words that a person can read and reset.
            "--job-bookmark-option": "job-bookmark-disable",
            "--project": platform.name,
            "--component": name,
            "--region": platform.region,
            **job.arguments,
        },
        # A role policy is no part of the role's ARN: without this a run could start before it may read.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[*hosted.prepared, *depends_on, script, packages]),
    )


def run_step(job: aws.glue.Job) -> Step:
    """The job as a task of a state machine, which waits for its end."""
    return Step(
        integration="arn:aws:states:::glue:startJobRun.sync",
        parameters={"JobName": job.name, "Arguments": {"--date.$": RUN_DATE}},
    )


def may_run(job: aws.glue.Job) -> Mapping[str, Any]:
    """The statement that lets somebody start the job, follow it and stop it."""
    return statement(["glue:BatchStopJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:StartJobRun"], [job.arn])


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What tells of failed runs, and of runs that did not happen."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]


def watch_runs(
    name: str,
    job: aws.glue.Job,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    failed: str,
    expected_within_hours: int | None = None,
) -> Watched:
    """Alarms on the runs of a job. `failed` tells a person what to do about a failed one.

    `expected_within_hours` is how long it may go without success, 168 at most: CloudWatch looks back no further. None:
    something else starts the job and notices when it does not run.
    """
    failures = _counted_runs(f"{name}-failed", job, ("ERROR", "FAILED", "TIMEOUT"), parent, f"{name}: failed runs")
    successes = _counted_runs(f"{name}-succeeded", job, ("SUCCEEDED",), parent, f"{name}: runs done")
    alarms = [alarm(f"{name}-failed", failures, failed, 0, platform, parent, periods=1)]
    if expected_within_hours is not None:
        alarms.append(
            alarm(
                f"{name}-overdue",
                successes,
                f"No run of {name} has succeeded for {expected_within_hours} hours. Look at its schedule's dead-letter "
                "queue, then at the last run's error log.",
                1,
                platform,
                parent,
                comparison="LessThanThreshold",
                periods=expected_within_hours,
                # Nothing counted is the very case: a run that never was leaves no data point.
                missing_data="breaching",
            )
        )
    return Watched(alarms=alarms, metrics=[successes, failures])


def _counted_runs(name: str, job: aws.glue.Job, states: Sequence[str], parent: pulumi.Resource, title: str) -> Metric:
    """Runs that ended in one of these states, counted by the rule that matches them. The rule needs no target."""
    rule = aws.cloudwatch.EventRule(
        name,
        description=f"Runs that ended as {', '.join(states)}",
        event_pattern=pulumi.Output.json_dumps(
            {
                "source": ["aws.glue"],
                "detail-type": ["Glue Job State Change"],
                "detail": {"jobName": [job.name], "state": list(states)},
            }
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return Metric(
        title=title,
        namespace="AWS/Events",
        name="TriggeredRules",
        statistic="Sum",
        dimensions={"RuleName": rule.name},
        period_seconds=3600,
    )


def _upload(
    name: str, job: SparkJob, platform: Platform, parent: pulumi.Resource
) -> tuple[aws.s3.BucketObjectv2, aws.s3.BucketObjectv2]:
    def uploaded(what: str, key: str, source: pulumi.Asset | pulumi.Archive) -> aws.s3.BucketObjectv2:
        return aws.s3.BucketObjectv2(
            f"{name}-{what}",
            bucket=platform.artefacts_bucket,
            key=f"{name}/{key}",
            source=source,
            server_side_encryption="aws:kms",
            kms_key_id=platform.keys.data,
            opts=pulumi.ResourceOptions(parent=parent),
        )

    return (
        uploaded("script", "main.py", pulumi.FileAsset(f"{job.code}/main.py")),
        uploaded(
            "packages",
            "packages.zip",
            pulumi.AssetArchive({name: pulumi.FileArchive(f"{job.code}/{name}") for name in job.packages}),
        ),
    )


def _security_configuration(
    name: str, platform: Platform, options: pulumi.ResourceOptions
) -> aws.glue.SecurityConfiguration:
    return aws.glue.SecurityConfiguration(
        name,
        encryption_configuration=aws.glue.SecurityConfigurationEncryptionConfigurationArgs(
            cloudwatch_encryption=aws.glue.SecurityConfigurationEncryptionConfigurationCloudwatchEncryptionArgs(
                cloudwatch_encryption_mode="SSE-KMS", kms_key_arn=platform.keys.logs
            ),
            job_bookmarks_encryption=aws.glue.SecurityConfigurationEncryptionConfigurationJobBookmarksEncryptionArgs(
                job_bookmarks_encryption_mode="CSE-KMS", kms_key_arn=platform.keys.data
            ),
            s3_encryption=aws.glue.SecurityConfigurationEncryptionConfigurationS3EncryptionArgs(
                s3_encryption_mode="SSE-KMS", kms_key_arn=platform.keys.data
            ),
        ),
        opts=options,
    )


def _among_workers(name: str, group: aws.ec2.SecurityGroup, parent: pulumi.Resource) -> Sequence[pulumi.Resource]:
    """Driver and executors choose their ports at random; Glue refuses a connection whose group does not let them in."""
    told = f"Driver and executors of {name} among themselves"
    return connect(f"{name}-workers", parent, group.id, group.id, 0, 65535, description=told)


def _service_statements(
    name: str,
    platform: Platform,
    network: Network,
    group: aws.ec2.SecurityGroup,
    logs: Sequence[aws.cloudwatch.LogGroup],
) -> Sequence[Mapping[str, Any]]:
    """What Glue does in the job's name: fetch its code, stand in the subnets, write logs and metrics."""

    def arn(service: str, rest: pulumi.Input[str]) -> pulumi.Output[str]:
        return pulumi.Output.format("arn:aws:{0}:{1}:{2}:{3}", service, platform.region, platform.account_id, rest)

    code = pulumi.Output.concat("arn:aws:s3:::", platform.artefacts_bucket, f"/{name}/*")
    return [
        statement(["s3:GetObject"], [code]),
        statement(
            ["kms:Decrypt", "kms:GenerateDataKey"],
            [platform.keys.data],
            {"StringEquals": {"kms:ViaService": f"s3.{platform.region}.amazonaws.com"}},
        ),
        *_interfaces(platform, network, group),
        statement(["glue:GetConnection"], [arn("glue", "catalog"), arn("glue", f"connection/{name}*")]),
        # Glue asks for the key of the group anew at each start, although the group has it already.
        statement(
            ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            [one for group in logs for one in (group.arn, pulumi.Output.concat(group.arn, ":*"))],
        ),
        # PutMetricData knows no resource; the condition is what keeps it to these namespaces.
        statement(
            ["cloudwatch:PutMetricData"],
            ["*"],
            {"StringEquals": {"cloudwatch:namespace": ["Glue", f"archgen/{platform.name}"]}},
        ),
    ]


def _interfaces(platform: Platform, network: Network, group: aws.ec2.SecurityGroup) -> Sequence[Mapping[str, Any]]:
    """The network interfaces that Glue makes for the job, in these subnets and this group alone."""

    def arn(kind: str, id: pulumi.Input[str]) -> pulumi.Output[str]:
        return pulumi.Output.format("arn:aws:ec2:{0}:{1}:{2}/{3}", platform.region, platform.account_id, kind, id)

    interfaces = arn("network-interface", "*")
    subnets = [arn("subnet", subnet) for subnet in network.app_subnet_ids]
    return [
        statement(["ec2:CreateNetworkInterface"], [interfaces, *subnets, group.arn]),
        statement(["ec2:DeleteNetworkInterface"], [interfaces]),
        statement(
            ["ec2:CreateTags"],
            [interfaces],
            # Glue marks its own interfaces, and nothing else may be tagged with it.
            {"ForAllValues:StringEquals": {"aws:TagKeys": ["aws-glue-service-resource"]}},
        ),
        # EC2 offers no resource to name for these Describe actions.
        statement(
            [
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeRouteTables",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcEndpoints",
            ],
            ["*"],
        ),
        statement(["ec2:DescribeVpcAttribute"], [arn("vpc", network.vpc_id)]),
    ]
