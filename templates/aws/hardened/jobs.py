"""What every SageMaker job of ours has: an image by digest, a way to its data, logs, and a pipeline that is watched."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Network, Platform
from .identity import statement
from .monitoring import alarm
from .schedules import Call

PIPELINES = "AWS/Sagemaker/ModelBuildingPipeline"
"""Namespace of pipeline metrics. The small m is AWS's own."""
LOG_GROUPS = ("/aws/sagemaker/ProcessingJobs", "/aws/sagemaker/TrainingJobs")
"""The groups that all jobs of an account write to; SageMaker takes no other name."""


def image_repository(name: str, platform: Platform, parent: pulumi.Resource) -> aws.ecr.Repository:
    """A repository for images that jobs name by digest. Without a lifecycle rule: what is named must not expire.

    Where `protected`, nobody deletes an image either: a version whose image is gone can neither be served again nor
    explain a past decision. Whoever has a reason to takes the statement out first, which the trail tells.
    """
    repository = aws.ecr.Repository(
        name,
        image_tag_mutability="IMMUTABLE",
        image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
        encryption_configurations=[
            aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=platform.keys.data)
        ],
        force_delete=not platform.protected,
        opts=pulumi.ResourceOptions(parent=parent, protect=platform.protected),
    )
    if platform.protected:
        keep = {
            "Sid": "ImagesStay",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["ecr:BatchDeleteImage", "ecr:DeleteRepository"],
        }
        aws.ecr.RepositoryPolicy(
            name,
            repository=repository.name,
            policy=json.dumps({"Version": "2012-10-17", "Statement": [keep]}),
            opts=pulumi.ResourceOptions(parent=parent),
        )
    return repository


def pull_image(repository: aws.ecr.Repository) -> Sequence[Mapping[str, Any]]:
    """Statements that let a role pull from one repository."""
    return [
        # This one action has no resource to name.
        statement(["ecr:GetAuthorizationToken"], ["*"]),
        statement(
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], [repository.arn]
        ),
    ]


def provided_image(repository_name: str) -> pulumi.Output[str]:
    """An image that AWS provides in this Region, e.g. `sagemaker-model-monitor-analyzer`."""
    return aws.sagemaker.get_prebuilt_ecr_image_output(repository_name=repository_name).registry_path


def pull_provided_images(platform: Platform) -> Mapping[str, Any]:
    """Statement that lets a role pull the images that AWS provides: they lie in accounts of AWS, one per Region."""
    return statement(
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        [
            f"arn:aws:ecr:{platform.region}:*:repository/{name}"
            for name in ("sagemaker-clarify-processing", "sagemaker-model-monitor-analyzer")
        ],
    )


def run_jobs(platform: Platform, network: Network, group: aws.ec2.SecurityGroup) -> Sequence[Mapping[str, Any]]:
    """Statements that a job's role needs whatever the job does: volumes under our key, logs, metrics, interfaces."""
    logs = [
        pulumi.Output.format("arn:aws:logs:{0}:{1}:log-group:{2}:*", platform.region, platform.account_id, each)
        for each in LOG_GROUPS
    ]
    return [
        statement(["kms:DescribeKey"], [platform.keys.data]),
        # Volumes: SageMaker attaches them through a grant, and only an AWS service may be given one.
        statement(["kms:CreateGrant"], [platform.keys.data], {"Bool": {"kms:GrantIsForAWSResource": "true"}}),
        statement(
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], logs
        ),
        # Metrics have no resource to name; the condition takes its place.
        statement(
            ["cloudwatch:PutMetricData"],
            ["*"],
            {"StringLike": {"cloudwatch:namespace": ["/aws/sagemaker/*", "aws/sagemaker/*", "AWS/SageMaker"]}},
        ),
        *network_interfaces(platform, network, group),
    ]


def network_interfaces(
    platform: Platform, network: Network, group: aws.ec2.SecurityGroup
) -> Sequence[Mapping[str, Any]]:
    """Statements for the interfaces that SageMaker makes for its instances, in these subnets and this group alone."""

    def arn(kind: str, id: pulumi.Input[str]) -> pulumi.Output[str]:
        return pulumi.Output.format("arn:aws:ec2:{0}:{1}:{2}/{3}", platform.region, platform.account_id, kind, id)

    interfaces = arn("network-interface", "*")
    subnets = [arn("subnet", subnet) for subnet in network.app_subnet_ids]
    return [
        statement(["ec2:CreateNetworkInterface"], [interfaces, *subnets, group.arn]),
        statement(
            [
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
            ],
            [interfaces],
            {"ArnEquals": {"ec2:Subnet": subnets}},
        ),
        # EC2 offers no resource to name for its Describe actions.
        statement(
            [
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            ["*"],
        ),
    ]


def start_jobs(platform: Platform, role: aws.iam.Role) -> Sequence[Mapping[str, Any]]:
    """Statements that let a pipeline start, follow and stop its jobs in the name of `role`, and of no other role.

    SageMaker names the jobs of a pipeline `pipelines-<execution>-<step>-<random>`.
    """

    def jobs(kind: str) -> pulumi.Output[str]:
        return pulumi.Output.format(
            "arn:aws:sagemaker:{0}:{1}:{2}/pipelines-*", platform.region, platform.account_id, kind
        )

    return [
        statement(
            [
                "sagemaker:AddTags",
                "sagemaker:CreateProcessingJob",
                "sagemaker:DescribeProcessingJob",
                "sagemaker:StopProcessingJob",
            ],
            [jobs("processing-job")],
        ),
        statement(
            [
                "sagemaker:AddTags",
                "sagemaker:CreateTrainingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:StopTrainingJob",
            ],
            [jobs("training-job")],
        ),
        statement(["iam:PassRole"], [role.arn], {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}),
    ]


def start_pipeline(pipeline: aws.sagemaker.Pipeline) -> Call:
    """What a schedule calls to run a pipeline once."""
    return Call(
        target_arn="arn:aws:scheduler:::aws-sdk:sagemaker:startPipelineExecution",
        input={
            "PipelineName": pipeline.pipeline_name,
            # The same for each retry of one start, so that a retry starts nothing twice; the API wants 32 characters.
            "ClientRequestToken": "<aws.scheduler.execution-id>-<aws.scheduler.execution-id>",
        },
        statements=[statement(["sagemaker:StartPipelineExecution"], [pipeline.arn])],
    )


def pipeline_metrics(title: str, pipeline_name: str) -> Sequence[Metric]:
    """Failed and succeeded runs of a pipeline, in this order."""
    return [
        Metric(
            title=f"{title}: {said}",
            namespace=PIPELINES,
            name=metric,
            statistic="Sum",
            dimensions={"PipelineName": pipeline_name},
            period_seconds=3600,
        )
        for said, metric in (("failed runs", "ExecutionFailed"), ("succeeded runs", "ExecutionSucceeded"))
    ]


def failed_runs_alarm(
    name: str, pipeline_name: str, advice: str, platform: Platform, parent: pulumi.Resource
) -> aws.cloudwatch.MetricAlarm:
    """An alarm when any run of a pipeline fails."""
    return alarm(f"{name}-failed", pipeline_metrics(name, pipeline_name)[0], advice, 0, platform, parent, periods=1)
