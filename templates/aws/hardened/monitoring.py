"""Log groups and alarms: kept as long as the platform says, encrypted, and always leading to a person."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform

CARD_DATA = (
    "arn:aws:dataprotection::aws:data-identifier/CreditCardNumber",
    "arn:aws:dataprotection::aws:data-identifier/CreditCardSecurityCode",
)
"""What PCI DSS calls account data, as CloudWatch Logs recognises it."""


def log_group(
    name: str,
    log_group_name: pulumi.Input[str],
    platform: Platform,
    parent: pulumi.Resource,
    *,
    carries_text: bool = True,
) -> aws.cloudwatch.LogGroup:
    """A log group declared before anyone writes to it: what a service makes by itself is unencrypted and endless.

    Where card numbers arrive at the platform, one that slipped into a log is shown to nobody and calls for a person.
    `carries_text` False spares groups of counters and addresses, which cost per scanned byte and hold no payload.
    """
    group = aws.cloudwatch.LogGroup(
        name,
        name=log_group_name,
        retention_in_days=platform.log_retention_days,
        kms_key_id=platform.keys.logs,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    if platform.masks_card_numbers and carries_text:
        _mask_card_numbers(name, group, platform, parent)
    return group


def _mask_card_numbers(name: str, group: aws.cloudwatch.LogGroup, platform: Platform, parent: pulumi.Resource) -> None:
    """Masked in every view and export; only a role with `logs:Unmask`, which no workload has, sees the digits."""
    statements = [
        {"Sid": "Count", "DataIdentifier": list(CARD_DATA), "Operation": {"Audit": {"FindingsDestination": {}}}},
        {"Sid": "Mask", "DataIdentifier": list(CARD_DATA), "Operation": {"Deidentify": {"MaskConfig": {}}}},
    ]
    aws.cloudwatch.LogDataProtectionPolicy(
        name,
        log_group_name=group.name,
        policy_document=json.dumps({"Name": "card-data", "Version": "2021-06-01", "Statement": statements}),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    found = Metric(
        title=f"{name}: log events with card data",
        namespace="AWS/Logs",
        name="LogEventsWithFindings",
        statistic="Sum",
        dimensions={"LogGroupName": group.name, "DataProtectionOperation": "Audit"},
    )
    alarm(
        f"{name}-card-data",
        found,
        f"Card data was written to the log group of {name}. It is masked, and still stored: find the line that writes "
        "it, stop it, and delete the log stream. PCI DSS counts this as an incident.",
        0,
        platform,
        parent,
        periods=1,
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
    region: str | None = None,
    topic_arn: pulumi.Input[str] | None = None,
) -> aws.cloudwatch.MetricAlarm:
    """An alarm on `metric` that tells the alarm topic when it starts and when it ends.

    `description` says what the on-call engineer should look at. `breaching_periods` of the last `periods` have to
    breach (all of them when left out). Percentiles such as `p99` go to CloudWatch as an extended statistic. In another
    `region` than the stack's, where an alarm sees that region's metrics only, `topic_arn` is a topic there.
    """
    told = [platform.alarm_topic_arn if topic_arn is None else topic_arn]
    percentile = metric.statistic.startswith("p")
    return aws.cloudwatch.MetricAlarm(
        name,
        region=region,
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
        alarm_actions=told,
        ok_actions=told,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def share_alarm(
    name: str,
    parts: Sequence[Metric],
    whole: Metric,
    description: str,
    floor: float,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    periods: int = 5,
) -> aws.cloudwatch.MetricAlarm:
    """An alarm when the sum of `parts` falls below the share `floor` of `whole`, all of them counts of one period.

    Without any of the whole there is no share, and no alarm.
    """
    metrics = {"whole": whole} | {f"part{number}": part for number, part in enumerate(parts)}
    queries = [
        aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id=id,
            return_data=False,
            metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                namespace=metric.namespace,
                metric_name=metric.name,
                dimensions=metric.dimensions,
                stat=metric.statistic,
                period=metric.period_seconds,
            ),
        )
        for id, metric in metrics.items()
    ]
    total = " + ".join(f"FILL(part{number}, 0)" for number in range(len(parts)))
    share = aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id="share", label=name, expression=f"({total}) / whole", return_data=True
    )
    return aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=description,
        metric_queries=[share, *queries],
        evaluation_periods=periods,
        datapoints_to_alarm=periods,
        threshold=floor,
        comparison_operator="LessThanThreshold",
        treat_missing_data="notBreaching",
        alarm_actions=[platform.alarm_topic_arn],
        ok_actions=[platform.alarm_topic_arn],
        opts=pulumi.ResourceOptions(parent=parent),
    )
