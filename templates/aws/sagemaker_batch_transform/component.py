"""Batch scoring on SageMaker AI: every night's rows through the newest approved version of the model, and no endpoint.

A person's approval is the release: the next night finds the version. Rejecting it takes it back: the next night finds
the one before. A small state machine does both; it makes the model for its run and deletes it, so that nothing stands
by day. Which version made which answers is in the tags of the transform job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, ModelVersions, Network, ObjectStore, Platform, QuotaNeed, Step, Workload
from ..hardened.connections import reach_aws, security_group
from ..hardened.identity import allow, service_role, statement
from ..hardened.jobs import run_jobs
from ..hardened.monitoring import alarm, log_group
from ..hardened.quotas import instances
from ..hardened.state_machines import EVENTS_OF_TRANSFORM, hosting, may_run, may_wait, run_step, state_machine
from .definition import Run, definition

JOB_NAME_CHARACTERS = 20
"""What a job's name has left beside a UUID and a stroke, with a margin: SageMaker allows 63 in all."""
LOG_GROUP = "/aws/sagemaker/TransformJobs"
"""Shared by all transform jobs of an account; SageMaker takes no other name."""


@dataclass(frozen=True, kw_only=True)
class SagemakerBatchTransformArgs:
    platform: Platform
    network: Network
    source: ObjectStore
    """Where the rows lie: CSV without header, two key columns, then the features of the model in their order."""
    rows: str
    """Prefix of the rows in `source`, e.g. `curation/scoring`; those of a night lie below `date=<date>`."""
    registry: ModelVersions
    destination: ObjectStore
    """Where answers go: below `<name>/date=<date>/`, CSV without header, the key columns and the model's answers."""
    instance_type: str
    vcpus: int
    instances: int
    target_minutes: int
    """What a run is sized for; longer than half as much again, and a person is told."""
    manage_account_baseline: bool
    """Whether this stack owns the log group that all transform jobs of the account share."""


class SagemakerBatchTransform(pulumi.ComponentResource):
    """A `Runnable`: implements the contract of that name."""

    step: Step
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    quotas: Sequence[QuotaNeed]
    metrics: Sequence[Metric]

    def __init__(
        self, name: str, args: SagemakerBatchTransformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("archgen:aws:SagemakerBatchTransform", name, None, opts)
        self._name, self._platform = name, args.platform
        role = service_role(name, "sagemaker.amazonaws.com", args.platform, self)
        group = security_group(name, args.network, f"Scoring instances of {name}", self)
        workload = Workload(name=name, component=self, role=role, security_group_id=group.id)
        steps = hosting(f"{name}-steps", args.platform, self)
        granted = [
            *args.source.grant_read(workload),
            *args.registry.grant_read(workload),
            *args.destination.grant_write(workload, name),
            *reach_aws(workload, args.network),
            allow(f"{name}-service", workload, self._service_statements(args, group)),
            *args.registry.grant_follow(steps.workload),
            allow(
                f"{name}-steps-jobs",
                steps.workload,
                [*self._job_statements(role, args.registry), *self._clear(args.destination)],
            ),
        ]
        if args.manage_account_baseline:
            # SageMaker would make it at the first job, unencrypted and endless.
            granted.append(log_group(f"{name}-jobs", LOG_GROUP, args.platform, self))
        self._machine = state_machine(
            f"{name}-steps", steps, definition(self._run(args, role, group)), args.platform, self, granted
        )
        self.step = run_step(self._machine)
        self.quotas = [instances(args.instance_type, "transform job usage", args.instances)]
        self.metrics = self._metrics()
        self.alarms = self._alarms(args.target_minutes)
        self.register_outputs({"state_machine_arn": self._machine.machine.arn})

    def grant_run(self, caller: Workload) -> Sequence[pulumi.Resource]:
        return [allow(f"{caller.name}-runs-{self._name}", caller, may_run(self._machine, self._platform))]

    def _run(self, args: SagemakerBatchTransformArgs, role: aws.iam.Role, group: aws.ec2.SecurityGroup) -> Run:
        return Run(
            name=self._name[:JOB_NAME_CHARACTERS].rstrip("-"),
            group_name=args.registry.group_name,
            role_arn=role.arn,
            subnet_ids=args.network.app_subnet_ids,
            security_group_id=group.id,
            key_arn=args.platform.keys.data,
            input_uri=pulumi.Output.concat("s3://", args.source.bucket_name, "/", args.rows),
            output_bucket=args.destination.bucket_name,
            output_prefix=self._name,
            instance_type=args.instance_type,
            vcpus=args.vcpus,
            instances=args.instances,
        )

    def _service_statements(
        self, args: SagemakerBatchTransformArgs, group: aws.ec2.SecurityGroup
    ) -> Sequence[Mapping[str, Any]]:
        logs = pulumi.Output.format(
            "arn:aws:logs:{0}:{1}:log-group:{2}:*", args.platform.region, args.platform.account_id, LOG_GROUP
        )
        return [
            *run_jobs(args.platform, args.network, group),
            statement(
                ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [logs]
            ),
        ]

    def _job_statements(self, role: aws.iam.Role, registry: ModelVersions) -> Sequence[Mapping[str, Any]]:
        """What the machine calls: jobs and models of its own name alone, in the name of one role."""
        prefix = self._name[:JOB_NAME_CHARACTERS].rstrip("-")
        platform = self._platform
        versions = pulumi.Output.format(
            "arn:aws:sagemaker:{0}:{1}:model-package/{2}/*", platform.region, platform.account_id, registry.group_name
        )

        def own(kind: str) -> pulumi.Output[str]:
            return pulumi.Output.format(
                "arn:aws:sagemaker:{0}:{1}:{2}/{3}-*", platform.region, platform.account_id, kind, prefix
            )

        return [
            # Asked for by group; IAM names the versions as the resource of this action.
            statement(["sagemaker:ListModelPackages"], [registry.group_arn, versions]),
            statement(["sagemaker:CreateModel", "sagemaker:DeleteModel"], [own("model")]),
            statement(
                [
                    # Step Functions marks the jobs that it waits for.
                    "sagemaker:AddTags",
                    "sagemaker:CreateTransformJob",
                    "sagemaker:DescribeTransformJob",
                    "sagemaker:ListTags",
                    "sagemaker:StopTransformJob",
                ],
                [own("transform-job")],
            ),
            statement(
                ["iam:PassRole"], [role.arn], {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
            ),
            statement(["kms:DescribeKey"], [platform.keys.data]),
            # The volumes of the instances, which whoever starts the job has to be allowed to encrypt.
            statement(["kms:CreateGrant"], [platform.keys.data], {"Bool": {"kms:GrantIsForAWSResource": "true"}}),
            may_wait(platform, EVENTS_OF_TRANSFORM),
        ]

    def _clear(self, destination: ObjectStore) -> Sequence[Mapping[str, Any]]:
        """Taking away the answers of an earlier run of the same date; the bucket keeps them as old versions."""
        prefix = f"{self._name}/date=*"
        return [
            statement(["s3:ListBucket"], [destination.bucket_arn], {"StringLike": {"s3:prefix": [prefix]}}),
            statement(["s3:DeleteObject"], [pulumi.Output.concat(destination.bucket_arn, f"/{prefix}")]),
        ]

    def _metrics(self) -> Sequence[Metric]:
        return [
            self._machine.metric(f"{self._name}: runs done", "ExecutionsSucceeded"),
            self._machine.metric(f"{self._name}: runs failed", "ExecutionsFailed"),
            # Step Functions reports milliseconds.
            self._machine.metric(f"{self._name}: length of a run (ms)", "ExecutionTime", "Maximum"),
        ]

    def _alarms(self, target_minutes: int) -> Sequence[aws.cloudwatch.MetricAlarm]:
        _, failed, length = self.metrics
        return [
            alarm(
                f"{self._name}-failed",
                failed,
                "A scoring run has failed. NoApprovedVersion: approve a version of the model. NotScored: the cause of "
                "the run names the transform job, whose log says which row the model refused.",
                0,
                self._platform,
                self,
                periods=1,
            ),
            alarm(
                f"{self._name}-slow",
                length,
                f"Scoring takes half as long again as the {target_minutes} minutes that it is sized for: the window "
                "shrinks. Has the number of rows grown? Raise the instances.",
                target_minutes * 60_000 * 1.5,
                self._platform,
                self,
                periods=1,
            ),
        ]
