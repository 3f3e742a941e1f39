"""Events that call for a person, such as an API call that nobody should make: kept as evidence, and an alarm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform
from .monitoring import alarm

ALSO_READS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
"""The state in which a rule sees calls that only read; plainly enabled ones never do."""


def watch_event(
    name: str,
    title: str,
    pattern: Mapping[str, Any],
    advice: str,
    evidence: aws.sqs.Queue,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    reads: bool = False,
) -> tuple[aws.cloudwatch.MetricAlarm, Metric]:
    """Keep each event that matches `pattern` in the queue `evidence`, and raise an alarm for it.

    `advice` is for the on-call engineer; what happened, and who did it, lies in the queue. `reads` also matches API
    calls that only read. Calls of APIs arrive only where a trail of the account logs management events.
    """
    happened = kept_events(name, title, pattern, evidence, parent, reads=reads)
    return alarm(name, happened, advice, 0, platform, parent, periods=1), happened


def kept_events(
    name: str,
    title: str,
    pattern: Mapping[str, Any],
    evidence: aws.sqs.Queue,
    parent: pulumi.Resource,
    *,
    reads: bool = False,
) -> Metric:
    """Keep each event that matches `pattern` in the queue `evidence`; the metric counts them."""
    rule = aws.cloudwatch.EventRule(
        name,
        description=title,
        event_pattern=pulumi.Output.json_dumps(pattern),
        state=ALSO_READS if reads else "ENABLED",
        opts=pulumi.ResourceOptions(parent=parent),
    )
    aws.cloudwatch.EventTarget(
        name,
        rule=rule.name,
        arn=evidence.arn,
        # A queue of this account; what it cannot take for a day shows as a failed invocation.
        retry_policy=aws.cloudwatch.EventTargetRetryPolicyArgs(
            maximum_event_age_in_seconds=86_400, maximum_retry_attempts=185
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return Metric(
        title=title,
        namespace="AWS/Events",
        # Matched, whether or not the queue took it.
        name="TriggeredRules",
        statistic="Sum",
        dimensions={"RuleName": rule.name},
    )
