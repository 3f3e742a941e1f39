"""Alerts and a workload's own metrics: every alert says what to look at and always leads to a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import Metric, Platform

OWN_RESOURCE = "generic_task"
"""The monitored resource of containers that report for themselves: namespace, job and task."""
ALIGNMENT = "60s"


@dataclass(frozen=True, kw_only=True)
class OwnMetric:
    """A metric that a component's containers write. `kind` is Monitoring's own word.

    A counter is CUMULATIVE INT64, a current value GAUGE DOUBLE, the durations of a minute GAUGE DISTRIBUTION.
    """

    name: str
    title: str
    kind: str
    value_type: str
    unit: str
    aligner: str
    reducer: str


def counter(name: str, title: str) -> OwnMetric:
    """Things counted; read as how many there were in each minute, over all tasks."""
    return OwnMetric(
        name=name,
        title=title,
        kind="CUMULATIVE",
        value_type="INT64",
        unit="1",
        aligner="ALIGN_DELTA",
        reducer="REDUCE_SUM",
    )


def gauge(name: str, title: str, unit: str, reducer: str) -> OwnMetric:
    """A value as it is now, in `unit`; `reducer` joins those of the tasks."""
    return OwnMetric(
        name=name,
        title=title,
        kind="GAUGE",
        value_type="DOUBLE",
        unit=unit,
        aligner="ALIGN_MEAN",
        reducer=reducer,
    )


def duration(name: str, title: str) -> OwnMetric:
    """Durations in milliseconds; read as their 99th percentile over all tasks."""
    return OwnMetric(
        name=name,
        title=title,
        kind="GAUGE",
        value_type="DISTRIBUTION",
        unit="ms",
        aligner="ALIGN_SUM",
        reducer="REDUCE_PERCENTILE_99",
    )


def describe(component: str, own: OwnMetric, platform: Platform, parent: pulumi.Resource) -> Metric:
    """Declare a metric before anyone writes it: an alert on a metric that does not exist is refused.

    The containers write it as `custom.googleapis.com/<project and stack>/<component>/<name>`, in snake case.
    """
    described = gcp.monitoring.MetricDescriptor(
        f"{component}-{own.name.replace('_', '-')}",
        type="/".join(["custom.googleapis.com", metric_prefix(platform.name, component), own.name]),
        display_name=f"{component}: {own.title}",
        description=f"{own.title}, written by the containers of {component}",
        metric_kind=own.kind,
        value_type=own.value_type,
        unit=own.unit,
        project=platform.project_id,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return Metric(
        title=f"{component}: {own.title}",
        type="",
        resource_type=OWN_RESOURCE,
        aligner=own.aligner,
        reducer=own.reducer,
        # By the descriptor's own output, so that whatever filters by it waits until it is declared.
        labels={"metric.type": described.type, "resource.labels.job": component},
    )


def metric_prefix(platform_name: str, component: str) -> str:
    """The two words between `custom.googleapis.com/` and the name: hyphens are not allowed in a metric's type."""
    return "/".join(re.sub(r"[^A-Za-z0-9_]", "_", word) for word in (platform_name, component))


def series_filter(metric: Metric) -> pulumi.Output[str]:
    """The Monitoring filter that selects a metric's time series."""
    named = {"metric.type": metric.type} if metric.type else {}
    pairs = {**named, "resource.type": metric.resource_type, **metric.labels}
    return pulumi.Output.all(**pairs).apply(
        lambda known: " AND ".join(f'{key} = "{known[key]}"' for key in sorted(known))
    )


def alarm(
    name: str,
    metric: Metric,
    advice: str,
    threshold: float,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    below: bool = False,
    minutes: int = 3,
    missing_breaches: bool = False,
    severity: str = "ERROR",
    depends_on: Sequence[pulumi.Resource] = (),
) -> gcp.monitoring.AlertPolicy:
    """An alert that opens when `metric` stays above (or `below`) `threshold` for `minutes`, and closes by itself.

    `advice` says what the on-call engineer should look at. `missing_breaches` counts silence as a breach.
    """
    return gcp.monitoring.AlertPolicy(
        name,
        display_name=f"{platform.name}: {name}",
        combiner="OR",
        severity=severity,
        conditions=[
            gcp.monitoring.AlertPolicyConditionArgs(
                display_name=metric.title,
                condition_threshold=gcp.monitoring.AlertPolicyConditionConditionThresholdArgs(
                    filter=series_filter(metric),
                    comparison="COMPARISON_LT" if below else "COMPARISON_GT",
                    threshold_value=threshold,
                    duration=f"{minutes * 60}s",
                    # Left out, an open incident stays open for ever once its time series ends.
                    evaluation_missing_data="EVALUATION_MISSING_DATA_ACTIVE"
                    if missing_breaches
                    else "EVALUATION_MISSING_DATA_INACTIVE",
                    aggregations=[
                        gcp.monitoring.AlertPolicyConditionConditionThresholdAggregationArgs(
                            alignment_period=ALIGNMENT,
                            per_series_aligner=metric.aligner,
                            cross_series_reducer=metric.reducer,
                        )
                    ],
                ),
            )
        ],
        documentation=gcp.monitoring.AlertPolicyDocumentationArgs(
            content=advice, mime_type="text/markdown", subject=f"{platform.name}: {name}"
        ),
        alert_strategy=gcp.monitoring.AlertPolicyAlertStrategyArgs(auto_close="1800s"),
        notification_channels=list(platform.notification_channels),
        project=platform.project_id,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(depends_on)),
    )
