"""Schedules in a time zone of their own, with retries and a queue for what could not be started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform, Workload
from .identity import allow, service_role, statement
from .monitoring import alarm
from .queues import kept_queue, waiting


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a schedule does: an API call, the input it is given, and the statements that let the schedule's role do it.

    `target_arn` is a universal target such as `arn:aws:scheduler:::aws-sdk:glue:startJobRun`.
    """

    target_arn: pulumi.Input[str]
    input: Mapping[str, Any]
    statements: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """A schedule, and what tells that it could not start its target."""

    schedule: aws.scheduler.Schedule
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]


def schedule(
    name: str, parent: pulumi.ComponentResource, platform: Platform, *, expression: str, time_zone: str, call: Call
) -> Scheduled:
    """Make `call` at each time of `expression` (`cron(30 1 * * ? *)`), which is read in `time_zone`.

    `time_zone` is a name such as `Europe/Berlin`: in UTC a night would begin an hour late for half of the year.
    """
    role = service_role(f"{name}-schedule", "scheduler.amazonaws.com", platform, parent)
    workload = Workload(name=f"{name}-schedule", component=parent, role=role)
    queue = kept_queue(f"{name}-not-started", platform, parent, key_arn=platform.keys.messages)
    allowed = allow(
        f"{name}-schedule",
        workload,
        [
            *call.statements,
            statement(["sqs:SendMessage"], [queue.arn]),
            # SQS asks for a data key to encrypt with and decrypts it again when it reuses it; the schedule's own input
            # lies under the key of data.
            statement(["kms:GenerateDataKey", "kms:Decrypt"], [platform.keys.messages]),
            statement(["kms:Decrypt"], [platform.keys.data]),
        ],
    )
    made = aws.scheduler.Schedule(
        name,
        schedule_expression=expression,
        schedule_expression_timezone=time_zone,
        flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
        kms_key_arn=platform.keys.data,
        target=aws.scheduler.ScheduleTargetArgs(
            arn=call.target_arn,
            role_arn=role.arn,
            input=pulumi.Output.json_dumps(call.input),
            # An hour: a run that starts later than that would meet the next one.
            retry_policy=aws.scheduler.ScheduleTargetRetryPolicyArgs(
                maximum_event_age_in_seconds=3600, maximum_retry_attempts=10
            ),
            dead_letter_config=aws.scheduler.ScheduleTargetDeadLetterConfigArgs(arn=queue.arn),
        ),
        # A role policy is no part of the role's ARN: the first call could come before the right to make it.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[allowed]),
    )
    left = waiting(name, "not started", queue)
    watched = alarm(
        f"{name}-not-started",
        left,
        f"The schedule could not start {name}. The message in its dead-letter queue carries the error; mend the cause, "
        "start the run by hand, then delete the message.",
        0,
        platform,
        parent,
        periods=1,
    )
    return Scheduled(schedule=made, alarms=[watched], metrics=[left])
