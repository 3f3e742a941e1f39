"""Diagnostics and alerts: every log goes to one workspace, every alert to a person."""

from __future__ import annotations

import pulumi
import pulumi_azure_native as azure

from ..contracts import Metric, Platform

monitor = azure.monitor


def diagnostics(
    name: str,
    target_id: pulumi.Input[str],
    workspace_id: pulumi.Input[str],
    parent: pulumi.Resource,
    *,
    metrics: bool = True,
) -> monitor.DiagnosticSetting:
    """Send all logs of a resource to the workspace, and its metrics where log alerts read them."""
    return monitor.DiagnosticSetting(
        f"{name}-diagnostics",
        name="to-workspace",
        resource_uri=target_id,
        workspace_id=workspace_id,
        log_analytics_destination_type="Dedicated",
        logs=[monitor.DiagnosticsLogSettingsArgs(category_group="allLogs", enabled=True)],
        metrics=[monitor.DiagnosticsMetricSettingsArgs(category="AllMetrics", enabled=True)] if metrics else [],
        opts=pulumi.ResourceOptions(parent=parent),
    )


def alert(
    name: str,
    metric: Metric,
    description: str,
    threshold: float,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    operator: monitor.Operator = monitor.Operator.GREATER_THAN,
    window: str = "PT5M",
    severity: int = 2,
) -> monitor.MetricAlert:
    """An alert on a platform metric; `description` says what the on-call engineer should look at.

    `window` is the time that is looked at each minute (ISO 8601); a metric alert is silent where nothing is measured.
    """
    return monitor.MetricAlert(
        name,
        resource_group_name=platform.resource_group,
        rule_name=f"{platform.name}-{name}",
        location="global",
        description=description,
        enabled=True,
        severity=severity,
        scopes=[metric.resource_id],
        evaluation_frequency="PT1M",
        window_size=window,
        auto_mitigate=True,
        criteria=monitor.MetricAlertSingleResourceMultipleMetricCriteriaArgs(
            odata_type="Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
            all_of=[
                monitor.MetricCriteriaArgs(
                    criterion_type="StaticThresholdCriterion",
                    name=metric.name,
                    metric_namespace=metric.namespace,
                    metric_name=metric.name,
                    operator=operator,
                    threshold=threshold,
                    time_aggregation=metric.statistic,
                    dimensions=[
                        monitor.MetricDimensionArgs(name=key, operator="Include", values=list(values))
                        for key, values in sorted(metric.dimensions.items())
                    ],
                )
            ],
        ),
        actions=[monitor.MetricAlertActionArgs(action_group_id=platform.action_group_id)],
        tags=platform.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def log_alert(
    name: str,
    query: pulumi.Input[str],
    description: str,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    window: str = "PT5M",
    fires_when_empty: bool = False,
    severity: int = 2,
) -> monitor.ScheduledQueryRule:
    """An alert on a query of the workspace: when it returns rows, or when it returns none (`fires_when_empty`).

    The second is how silence is noticed: a metric alert needs a measurement to fire on.
    """
    # In words: the SDK's ConditionOperator is that of another service of its module and says `lt`, which is refused.
    operator = "LessThan" if fires_when_empty else "GreaterThan"
    return monitor.ScheduledQueryRule(
        name,
        resource_group_name=platform.resource_group,
        rule_name=f"{platform.name}-{name}",
        location=platform.region,
        kind="LogAlert",
        display_name=f"{platform.name}-{name}",
        description=description,
        enabled=True,
        severity=severity,
        scopes=[platform.log_workspace_id],
        evaluation_frequency="PT5M",
        window_size=window,
        auto_mitigate=True,
        # The tables of a service exist only once it has written to them, which it has not when this is made.
        skip_query_validation=True,
        criteria=monitor.ScheduledQueryRuleCriteriaArgs(
            all_of=[
                monitor.ConditionArgs(
                    query=query,
                    time_aggregation="Count",
                    operator=operator,
                    threshold=1 if fires_when_empty else 0,
                    failing_periods=monitor.ConditionFailingPeriodsArgs(
                        number_of_evaluation_periods=1, min_failing_periods_to_alert=1
                    ),
                )
            ]
        ),
        actions=monitor.ActionsArgs(action_groups=[platform.action_group_id]),
        tags=platform.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )
