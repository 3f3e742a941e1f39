"""Log groups and alarms: kept as long as the platform says, encrypted, and always leading to a person."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform


def log_group(
    name: str, log_group_name: pulumi.Input[str], platform: Platform, parent: pulumi.Resource
) -> aws.cloudwatch.LogGroup:
    """A log group declared before anyone writes to it: what a service makes by itself is unencrypted and endless."""
    return aws.cloudwatch.LogGroup(
        name,
        name=log_group_name,
        retention_in_days=platform.log_retention_days,
        kms_key_id=platform.keys.logs,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def alarm(
    name: str,
    metric: Metric,
    description: str,
    threshold: float,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    comparison: str = "GreaterThanThreshold",
    periods: int = 3,
    breaching_periods: int | None = None,
    missing_data: str = "notBreaching",
) -> aws.cloudwatch.MetricAlarm:
    """An alarm on `metric` that tells the alarm topic when it starts and when it ends.

    `description` says what the on-call engineer should look at. `breaching_periods` of the last `periods` have to
    breach (all of them when left out). Percentiles such as `p99` go to CloudWatch as an extended statistic.
    """
    percentile = metric.statistic.startswith("p")
    return aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=description,
        namespace=metric.namespace,
        metric_name=metric.name,
        dimensions=metric.dimensions,
        statistic=None if percentile else metric.statistic,
        extended_statistic=metric.statistic if percentile else None,
        period=metric.period_seconds,
        evaluation_periods=periods,
        datapoints_to_alarm=breaching_periods or periods,
        threshold=threshold,
        comparison_operator=comparison,
        treat_missing_data=missing_data,
        alarm_actions=[platform.alarm_topic_arn],
        ok_actions=[platform.alarm_topic_arn],
        opts=pulumi.ResourceOptions(parent=parent),
    )
