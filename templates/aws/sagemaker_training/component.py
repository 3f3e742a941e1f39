"""Training on SageMaker Pipelines: from curated data to a version that waits for a person's approval.

The pipeline exists from the first deployment on, since the first version has to come from somewhere: its image is a
parameter of the run. Once an image is set for the stack, it is the default and the schedule begins. The steps and all
that hardens their jobs are in `definition.py`; the code that they run is in `app/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, ModelVersions, Network, ObjectStore, Platform, QuotaNeed, Workload
from ..hardened.connections import reach_s3, security_group
from ..hardened.identity import allow, service_role, statement
from ..hardened.jobs import (
    LOG_GROUPS,
    failed_runs_alarm,
    pipeline_metrics,
    provided_image,
    pull_provided_images,
    run_jobs,
    start_jobs,
    start_pipeline,
)
from ..hardened.monitoring import log_group
from ..hardened.quotas import instances
from ..hardened.schedules import schedule
from ..hardened.storage import private_bucket
from .definition import Learning, Place, clarify_configuration, definition

DEFINITION = "pipeline/definition.json"
CLARIFY = "clarify/analysis_config.json"


@dataclass(frozen=True, kw_only=True)
class SagemakerTrainingArgs:
    platform: Platform
    network: Network
    data: ObjectStore
    """Curated data."""
    data_prefix: str
    """Where the data set lies in it, without a slash at its end."""
    registry: ModelVersions
    task: str
    parameters: Sequence[str]
    """Settings of the code in `app/`, each `NAME=value`."""
    gates: Sequence[str]
    """What a version has to reach, each `figure >= value` or `figure <= value`."""
    bias_columns: Sequence[str]
    """Columns by whose values error rates are compared. Empty: nothing is compared."""
    instance_type: str
    volume_gb: int
    max_runtime_seconds: int
    """Longest that one job may run; spot capacity may be waited for as long again."""
    workspace_days: int
    """How long the data sets of a run are kept; the version's own artefacts stay."""
    schedule_expression: str
    time_zone: str
    manage_account_baseline: bool
    """Whether this stack owns the log groups that all jobs of the account share."""
    image_digest: str | None = None
    """`sha256:...` of the model image in the registry's repository. None until the first: no schedule exists then."""


class SagemakerTraining(pulumi.ComponentResource):
    """One pipeline, its role, its workspace and its schedule. Raises `ValueError` for a gate that it cannot read."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    quotas: Sequence[QuotaNeed]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: SagemakerTrainingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:SagemakerTraining", name, None, opts)
        self._name, self._args, self._platform = name, args, args.platform
        self._pipeline_name = f"{args.platform.name}-{name}"
        self._role = service_role(name, "sagemaker.amazonaws.com", args.platform, self)
        self._group = security_group(name, args.network, "Training jobs", self)
        workload = Workload(name=name, component=self, role=self._role, security_group_id=self._group.id)
        self._workspace = private_bucket(
            f"{name}-workspace",
            self,
            protected=args.platform.protected,
            key_arn=args.platform.keys.data,
            access_logs_bucket=args.platform.access_logs_bucket,
            expire_after_days=args.workspace_days,
            noncurrent_days=args.workspace_days,
        )
        self._gates = [_gate(text) for text in args.gates]
        granted = [
            *args.data.grant_read(workload),
            *args.registry.grant_register(workload),
            self._reach_objects(),
            self._allow_service(workload),
        ]
        if args.manage_account_baseline:
            # SageMaker would make these at the first job, unencrypted and endless; no job can be told another name.
            granted += [log_group(f"{name}-{_kind(each)}", each, args.platform, self) for each in LOG_GROUPS]
        # One at a time: training, and the jobs before and after it.
        self.quotas = [
            instances(args.instance_type, use, 1) for use in ("processing job usage", "spot training job usage")
        ]
        self.metrics = pipeline_metrics(name, self._pipeline_name)
        self.alarms = [self._failed()]
        pipeline = self._pipeline(granted)
        if args.image_digest is not None:
            self._run_regularly(pipeline)
        self.register_outputs({"workspace": self._workspace.id})

    def _reach_objects(self) -> aws.vpc.SecurityGroupEgressRule:
        """The only way out: data in, artefacts out. The containers themselves are isolated and have no network."""
        return reach_s3(self._name, self._group.id, self._args.network, self)

    def _allow_service(self, workload: Workload) -> aws.iam.RolePolicy:
        """One role for the pipeline and its jobs: isolated containers have no credentials, so no code of ours can use
        what only the pipeline needs."""
        objects = pulumi.Output.concat(self._workspace.arn, "/*")
        configuration = pulumi.Output.concat("arn:aws:s3:::", self._platform.artefacts_bucket, f"/{self._name}/*")
        by_s3 = {"StringEquals": {"kms:ViaService": f"s3.{self._platform.region}.amazonaws.com"}}
        return allow(
            f"{self._name}-service",
            workload,
            [
                statement(
                    ["s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [objects]
                ),
                statement(["s3:GetObject", "s3:GetObjectVersion"], [configuration]),
                statement(["s3:GetBucketLocation", "s3:ListBucket"], [self._workspace.arn]),
                statement(["kms:Decrypt", "kms:GenerateDataKey"], [self._platform.keys.data], by_s3),
                pull_provided_images(self._platform),
                *run_jobs(self._platform, self._args.network, self._group),
                *start_jobs(self._platform, self._role),
            ],
        )

    def _failed(self) -> aws.cloudwatch.MetricAlarm:
        return failed_runs_alarm(
            self._name,
            self._pipeline_name,
            "A training run failed. Where its last step is Refuse, the model missed a gate: read evaluation.json of "
            "the run and compare the data with the run before. Else read the log of the failed step.",
            self._platform,
            self,
        )

    def _pipeline(self, granted: Sequence[pulumi.Resource]) -> aws.sagemaker.Pipeline:
        args = self._args
        options = pulumi.ResourceOptions(parent=self)
        waits: list[pulumi.Resource] = list(granted)
        if args.bias_columns:
            waits.append(self._upload(CLARIFY, clarify_configuration(args.bias_columns), options))
        uploaded = self._upload(DEFINITION, definition(self._place(), self._learning()), options)
        return aws.sagemaker.Pipeline(
            self._name,
            pipeline_name=self._pipeline_name,
            pipeline_display_name=self._pipeline_name,
            role_arn=self._role.arn,
            # By version: a definition that is replaced in place would change a pipeline that nobody reviewed.
            pipeline_definition_s3_location=aws.sagemaker.PipelinePipelineDefinitionS3LocationArgs(
                bucket=uploaded.bucket, object_key=uploaded.key, version_id=uploaded.version_id
            ),
            parallelism_configuration=aws.sagemaker.PipelineParallelismConfigurationArgs(
                max_parallel_execution_steps=2
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=waits),
        )

    def _run_regularly(self, pipeline: aws.sagemaker.Pipeline) -> None:
        args = self._args
        planned = schedule(
            self._name,
            self,
            self._platform,
            expression=args.schedule_expression,
            time_zone=args.time_zone,
            call=start_pipeline(pipeline),
        )
        self.alarms = [*self.alarms, *planned.alarms]
        self.metrics = [*self.metrics, *planned.metrics]

    def _upload(
        self, key: str, content: Mapping[str, object], options: pulumi.ResourceOptions
    ) -> aws.s3.BucketObjectv2:
        return aws.s3.BucketObjectv2(
            f"{self._name}-{key.rpartition('/')[2].removesuffix('.json').replace('_', '-')}",
            # The artefacts bucket does not expire; the workspace does, and would take the definition along.
            bucket=self._platform.artefacts_bucket,
            key=f"{self._name}/{key}",
            content=pulumi.Output.json_dumps(content, sort_keys=True),
            content_type="application/json",
            server_side_encryption="aws:kms",
            kms_key_id=self._platform.keys.data,
            opts=options,
        )

    def _place(self) -> Place:
        args = self._args
        return Place(
            role_arn=self._role.arn,
            subnet_ids=args.network.app_subnet_ids,
            security_group_id=self._group.id,
            key_arn=self._platform.keys.data,
            image_repository=args.registry.image_repository_url,
            image_digest=args.image_digest,
            analyzer_image=provided_image("sagemaker-model-monitor-analyzer"),
            clarify_image=provided_image("sagemaker-clarify-processing"),
            data_uri=pulumi.Output.concat("s3://", args.data.bucket_name, f"/{args.data_prefix}"),
            workspace_uri=pulumi.Output.concat("s3://", self._workspace.id),
            artefacts_uri=args.registry.artefacts_uri,
            configuration_uri=pulumi.Output.concat(
                "s3://", self._platform.artefacts_bucket, f"/{self._name}/{CLARIFY}"
            ),
        )

    def _learning(self) -> Learning:
        args = self._args
        return Learning(
            task=args.task,
            parameters=dict(each.split("=", 1) for each in args.parameters),
            instance_type=args.instance_type,
            volume_gb=args.volume_gb,
            max_runtime_seconds=args.max_runtime_seconds,
            group_name=args.registry.group_name,
            gates=self._gates,
            bias_columns=args.bias_columns,
        )


def _gate(text: str) -> tuple[str, str, float]:
    conditions = {">=": "GreaterThanOrEqualTo", "<=": "LessThanOrEqualTo"}
    words = text.split()
    if len(words) != 3 or words[1] not in conditions:
        raise ValueError(f"gate '{text}' cannot be read; expected e.g. 'value_recall >= 0.5'")
    return words[0], conditions[words[1]], float(words[2])


def _kind(log_group_name: str) -> str:
    return {"ProcessingJobs": "processing-logs", "TrainingJobs": "training-logs"}[log_group_name.rpartition("/")[2]]
