"""A canary: asks the service for a decision once a minute, as a caller does, whether or not anybody calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Network, Platform, Workload
from ..hardened.connections import HTTPS, connect, reach_aws, security_group
from ..hardened.identity import allow, service_role, statement
from ..hardened.monitoring import alarm, log_group
from ..hardened.secrets import ClientSecret, client_secret, may_read
from ..hardened.storage import private_bucket

PROBE = "probe.py"
RUNTIME = "syn-python-selenium-14.0"
"""The runtimes of Python have a browser inside; nothing here opens it."""
KEEP_DAYS = 31
TIMEOUT_SECONDS = 5
RUN_SECONDS = 30
"""A run begins with reading the client certificate: the whole takes longer than the call that it times."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whom the canary calls as: `certificate` (PEM, with its key) of a caller's authority. It trusts `authorities`
    (PEM), or those that everybody trusts when it is empty."""

    certificate: pulumi.Input[str]
    authorities: str


@dataclass(frozen=True, kw_only=True)
class Canary:
    """What a canary needs before there is anything to call."""

    workload: Workload
    secret: ClientSecret
    results: aws.s3.Bucket
    permissions: Sequence[pulumi.Resource]


def canary(
    name: str,
    identity: Identity,
    entrance_group_id: pulumi.Input[str],
    platform: Platform,
    network: Network,
    component: pulumi.ComponentResource,
) -> Canary:
    """Its role, its client certificate, the bucket for its results and its way to the load balancer."""
    group = security_group(name, network, f"Canary {name}", component)
    workload = Workload(
        name=name,
        component=component,
        role=service_role(name, "lambda.amazonaws.com", platform, component),
        security_group_id=group.id,
    )
    content: Mapping[str, pulumi.Input[str]] = {
        "certificate": identity.certificate,
        "authorities": identity.authorities,
    }
    secret = client_secret(name, f"Client certificate of the canary {name}", content, platform, component)
    results = private_bucket(
        name,
        component,
        protected=platform.protected,
        key_arn=platform.keys.data,
        access_logs_bucket=platform.access_logs_bucket,
        expire_after_days=KEEP_DAYS,
        noncurrent_days=1,
    )
    granted = allow(name, workload, _rights(name, secret, results, platform))
    paths = [
        *connect(name, component, group.id, entrance_group_id, HTTPS, description=f"{name} to the entrance it tests"),
        *reach_aws(workload, network),
    ]
    return Canary(workload=workload, secret=secret, results=results, permissions=[granted, secret.version, *paths])


def run(
    name: str,
    prepared: Canary,
    address: pulumi.Input[str],
    host_name: str,
    service: pulumi.Resource,
    platform: Platform,
    network: Network,
) -> tuple[Sequence[aws.cloudwatch.MetricAlarm], Sequence[Metric]]:
    """The canary itself, once the service runs: its alarms and its metrics."""
    component = prepared.workload.component
    group_id = prepared.workload.security_group_id
    assert group_id is not None  # made with one, see `canary`
    code = _code(name, platform, component)
    variables: Mapping[str, pulumi.Input[str]] = {
        "ADDRESS": address,
        "HOST_NAME": host_name,
        "IDENTITY_SECRET": prepared.secret.arn,
        "TIMEOUT_SECONDS": str(TIMEOUT_SECONDS),
    }
    made = aws.synthetics.Canary(
        name,
        artifact_s3_location=pulumi.Output.concat("s3://", prepared.results.id, "/", name),
        artifact_config=_encrypted(platform),
        execution_role_arn=prepared.workload.role.arn,
        kms_key_arn=platform.keys.data,
        runtime_version=RUNTIME,
        handler="probe.handler",
        s3_bucket=code.bucket,
        s3_key=code.key,
        s3_version=code.version_id,
        schedule=aws.synthetics.CanaryScheduleArgs(expression="rate(1 minute)"),
        run_config=aws.synthetics.CanaryRunConfigArgs(timeout_in_seconds=RUN_SECONDS, environment_variables=variables),
        vpc_config=aws.synthetics.CanaryVpcConfigArgs(
            subnet_ids=list(network.app_subnet_ids), security_group_ids=[group_id]
        ),
        success_retention_period=KEEP_DAYS,
        failure_retention_period=KEEP_DAYS,
        start_canary=True,
        # The function and its layer are made for the canary, and would stay behind without it.
        delete_lambda=True,
        opts=pulumi.ResourceOptions(parent=component, depends_on=[*prepared.permissions, service]),
    )
    # The group's name holds an id that only the canary knows. Until it is there nothing is logged: the role may not
    # make a group, which would be unencrypted and endless.
    log_group(name, made.engine_arn.apply(_log_group_name), platform, component)
    return _watch(name, made, platform, component)


def _code(name: str, platform: Platform, parent: pulumi.Resource) -> aws.s3.BucketObjectv2:
    """What runs, packed as the runtime of Python looks for it."""
    text = Path(__file__).with_name(PROBE).read_text(encoding="utf-8")
    return aws.s3.BucketObjectv2(
        f"{name}-code",
        bucket=platform.artefacts_bucket,
        key=f"{name}/probe.zip",
        source=pulumi.AssetArchive({f"python/{PROBE}": pulumi.StringAsset(text)}),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _encrypted(platform: Platform) -> aws.synthetics.CanaryArtifactConfigArgs:
    return aws.synthetics.CanaryArtifactConfigArgs(
        s3_encryption=aws.synthetics.CanaryArtifactConfigS3EncryptionArgs(
            encryption_mode="SSE_KMS", kms_key_arn=platform.keys.data
        )
    )


def _log_group_name(function_arn: str | None) -> str:
    """`/aws/lambda/<function>` of a function's ARN, which ends in the function's name and a version."""
    parts = (function_arn or "").split(":")
    return f"/aws/lambda/{parts[6] if len(parts) > 6 else parts[-1]}"


def _rights(
    name: str, secret: ClientSecret, results: aws.s3.Bucket, platform: Platform
) -> Sequence[Mapping[str, object]]:
    of_ours = pulumi.Output.format(
        "arn:aws:logs:{0}:{1}:log-group:/aws/lambda/cwsyn-{2}-*", platform.region, platform.account_id, name
    )
    everything_of_ours = pulumi.Output.format("arn:aws:ec2:{0}:{1}:*/*", platform.region, platform.account_id)
    return [
        *may_read(secret, platform),
        statement(["s3:GetObject", "s3:PutObject"], [pulumi.Output.concat(results.arn, f"/{name}/*")]),
        statement(["s3:GetBucketLocation"], [results.arn]),
        # s3:ListAllMyBuckets admits no resource; the runtime looks for its bucket's region with it.
        statement(["s3:ListAllMyBuckets"], ["*"]),
        statement(["kms:Decrypt", "kms:GenerateDataKey"], [platform.keys.data]),
        statement(["logs:CreateLogStream", "logs:PutLogEvents"], [of_ours]),
        # cloudwatch:PutMetricData admits no resource, but a namespace.
        statement(
            ["cloudwatch:PutMetricData"], ["*"], {"StringEquals": {"cloudwatch:namespace": "CloudWatchSynthetics"}}
        ),
        # Lambda makes its interfaces by this role. It asks for the right to any of the account's before there is one,
        # so a narrower resource would only stop the canary from being made.
        statement(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"], [everything_of_ours]),
        # EC2 offers no resource to name for its Describe actions.
        statement(["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], ["*"]),
    ]


def _watch(
    name: str, made: aws.synthetics.Canary, platform: Platform, parent: pulumi.Resource
) -> tuple[Sequence[aws.cloudwatch.MetricAlarm], Sequence[Metric]]:
    def metric(title: str, of: str) -> Metric:
        return Metric(
            title=f"{name}: {title}",
            namespace="CloudWatchSynthetics",
            name=of,
            statistic="Average",
            dimensions={"CanaryName": made.name},
        )

    success, duration = metric("test calls answered (%)", "SuccessPercent"), metric("test call (ms)", "Duration")
    failing = alarm(
        f"{name}-failing",
        success,
        "A test call from inside the network gets no decision. If callers get theirs (requests, errors), look at the "
        "canary's log and at the validity of its certificate; else begin with the load balancer and its tasks.",
        100,
        platform,
        parent,
        comparison="LessThanThreshold",
        periods=5,
        breaching_periods=3,
        # A canary that has stopped says nothing, and nobody would hear it.
        missing_data="breaching",
    )
    slow = alarm(
        f"{name}-slow",
        duration,
        f"A whole run of the canary, with reading its certificate, takes more than {RUN_SECONDS // 2} s on average: "
        "compare the time to answer of the load balancer; if that is fine, an endpoint of the network is slow.",
        RUN_SECONDS * 1000 / 2,
        platform,
        parent,
        periods=5,
    )
    return [failing, slow], [success, duration]
