"""State machines: encrypted, logged, traced, under one bounded role, and every failure leads to a person.

Logs tell what a run was given and what came of each step: ARNs, dates, names of files, and who approved a version. A
machine whose input holds data of customers may not be logged so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform, Step, Workload
from .identity import allow, service_role, statement
from .keys import own_key, service_use
from .monitoring import log_group

EVENTS_OF_EXECUTIONS = "StepFunctionsGetEventsForStepFunctionsExecutionRule"
EVENTS_OF_PROCESSING = "StepFunctionsGetEventsForSageMakerProcessingJobsRule"
EVENTS_OF_TRANSFORM = "StepFunctionsGetEventsForSageMakerTransformJobsRule"
"""Rules that Step Functions makes by itself to learn that what it waits for has ended; their names are fixed."""


@dataclass(frozen=True, kw_only=True)
class Hosting:
    """What a machine needs before it exists: who it is, and the key that its definition and its runs lie under."""

    workload: Workload
    key: aws.kms.Key


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A state machine with the key that whoever waits for its runs has to use."""

    machine: aws.sfn.StateMachine
    key: aws.kms.Key

    def metric(self, title: str, name: str, statistic: str = "Sum") -> Metric:
        """One of its metrics, e.g. `ExecutionsFailed`."""
        return Metric(
            title=title,
            namespace="AWS/States",
            name=name,
            statistic=statistic,
            dimensions={"StateMachineArn": self.machine.arn},
            period_seconds=300,
        )


def hosting(name: str, platform: Platform, parent: pulumi.ComponentResource) -> Hosting:
    """Role and key of the machine `name`. Grants go to its workload; the machine waits for them."""
    machines = pulumi.Output.format("arn:aws:states:{0}:{1}:stateMachine:*", platform.region, platform.account_id)
    key = own_key(
        name,
        f"Definition and runs of the state machine {name} of {platform.name}",
        platform,
        parent,
        through=["states"],
        statements=[
            # The machine decrypts its runs in its role's name; the context keeps the role from opening anything else.
            {
                "Sid": "RunsOfMachines",
                "Effect": "Allow",
                "Principal": {"AWS": platform.account_id},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": "*",
                "Condition": {"ArnLike": {"kms:EncryptionContext:aws:states:stateMachineArn": machines}},
            },
            # Without it the log of an encrypted machine stays empty.
            service_use(
                "LogDelivery",
                "delivery.logs.amazonaws.com",
                ["kms:Decrypt"],
                {"StringEquals": {"aws:SourceAccount": platform.account_id}},
            ),
        ],
    )
    role = service_role(name, "states.amazonaws.com", platform, parent)
    return Hosting(workload=Workload(name=name, component=parent, role=role), key=key)


def state_machine(
    name: str,
    hosted: Hosting,
    definition: Mapping[str, Any],
    platform: Platform,
    parent: pulumi.ComponentResource,
    depends_on: Sequence[pulumi.Resource],
) -> Machine:
    """The machine `name`. `definition` is Amazon States Language as plain values; outputs may stand in it."""
    # Below this prefix the log group needs no line of its own in the account's one resource policy for logs, which
    # would be full after a handful of machines.
    logs = log_group(name, f"/aws/vendedlogs/states/{platform.name}-{name}", platform, parent)
    allowed = allow(
        f"{name}-service",
        hosted.workload,
        [
            statement(["kms:Decrypt", "kms:GenerateDataKey"], [hosted.key.arn]),
            # Deliveries of logs have no resource to name.
            statement(
                [
                    "logs:CreateLogDelivery",
                    "logs:DeleteLogDelivery",
                    "logs:DescribeLogGroups",
                    "logs:DescribeResourcePolicies",
                    "logs:GetLogDelivery",
                    "logs:ListLogDeliveries",
                    "logs:PutResourcePolicy",
                    "logs:UpdateLogDelivery",
                ],
                ["*"],
            ),
            # Traces have no resource to name either.
            statement(
                [
                    "xray:GetSamplingRules",
                    "xray:GetSamplingTargets",
                    "xray:PutTelemetryRecords",
                    "xray:PutTraceSegments",
                ],
                ["*"],
            ),
        ],
    )
    machine = aws.sfn.StateMachine(
        name,
        type="STANDARD",
        role_arn=hosted.workload.role.arn,
        definition=pulumi.Output.json_dumps(definition),
        encryption_configuration=aws.sfn.StateMachineEncryptionConfigurationArgs(
            type="CUSTOMER_MANAGED_KMS_KEY", kms_key_id=hosted.key.arn, kms_data_key_reuse_period_seconds=300
        ),
        logging_configuration=aws.sfn.StateMachineLoggingConfigurationArgs(
            level="ALL", include_execution_data=True, log_destination=pulumi.Output.concat(logs.arn, ":*")
        ),
        tracing_configuration=aws.sfn.StateMachineTracingConfigurationArgs(enabled=True),
        # A role policy is no part of the role's ARN: without this Step Functions refuses a definition that names what
        # the role may not do yet.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[*depends_on, allowed]),
    )
    return Machine(machine=machine, key=hosted.key)


def run_step(made: Machine) -> Step:
    """The machine as a task of another one, which waits for its end and hands on the date of the run."""
    return Step(
        integration="arn:aws:states:::states:startExecution.sync:2",
        parameters={
            "StateMachineArn": made.machine.arn,
            # The console then shows which night a run belongs to.
            "Input": {"date.$": "$.date", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id"},
        },
    )


def may_run(made: Machine, platform: Platform) -> Sequence[Mapping[str, Any]]:
    """The statements that let another machine start this one, wait for it and stop it."""
    executions = made.machine.arn.apply(lambda arn: arn.replace(":stateMachine:", ":execution:") + ":*")
    return [
        statement(["states:StartExecution"], [made.machine.arn]),
        statement(["states:DescribeExecution", "states:StopExecution"], [executions]),
        statement(["kms:Decrypt", "kms:GenerateDataKey"], [made.key.arn]),
        may_wait(platform, EVENTS_OF_EXECUTIONS),
    ]


def may_wait(platform: Platform, *rules: str) -> Mapping[str, Any]:
    """The statement that lets a machine be told of the end of what it waits for."""
    return statement(
        ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
        [
            pulumi.Output.format("arn:aws:events:{0}:{1}:rule/{2}", platform.region, platform.account_id, rule)
            for rule in rules
        ],
    )
