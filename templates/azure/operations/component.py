"""Operations: one workbook with a part for each component, and word of Azure's own incidents in the region."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pulumi
import pulumi_azure_native as azure

from ..contracts import Metric, Observed, Platform

AGGREGATIONS = {"Total": 1, "Minimum": 2, "Maximum": 3, "Average": 4, "Count": 7}
"""Azure Monitor's aggregations by the numbers that a workbook knows them by."""
DAY_MS = 86_400_000


class ObservedPart(Observed, Protocol):
    """A component that is observed. Its URN ends in the name that the program gave it."""

    @property
    def urn(self) -> pulumi.Output[str]: ...


@dataclass(frozen=True, kw_only=True)
class OperationsArgs:
    platform: Platform
    observed: Sequence[ObservedPart]
    """All parts with something to watch, in the order of the workbook."""


class Operations(pulumi.ComponentResource):
    def __init__(self, name: str, args: OperationsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:Operations", name, None, opts)
        platform, child = args.platform, pulumi.ResourceOptions(parent=self)
        rules = [alert.id for part in args.observed for alert in part.alerts]
        workbook = azure.applicationinsights.Workbook(
            name,
            resource_group_name=platform.resource_group,
            # Azure wants a GUID for a name; one made from the platform's stays the same.
            resource_name_=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{platform.name}/{name}")),
            location=platform.region,
            kind="shared",
            category="workbook",
            display_name=platform.name,
            source_id=platform.log_workspace_id,
            serialized_data=pulumi.Output.json_dumps(
                {
                    "version": "Notebook/1.0",
                    "items": [item for part in args.observed for item in _items(part)],
                    "fallbackResourceIds": [platform.log_workspace_id],
                }
            ),
            tags=platform.tags,
            opts=child,
        )
        scope = pulumi.Output.concat("/subscriptions/", platform.subscription_id)
        for kind, advice in {
            "ServiceHealth": "Azure reports an incident or a planned outage: read it before looking at your own parts.",
            "ResourceHealth": "Azure says that a resource of the platform is unavailable or degraded.",
        }.items():
            self._activity_alert(name, kind, advice, scope, platform)
        self.register_outputs({"workbook": workbook.id, "alerts": pulumi.Output.all(*rules).apply(len)})

    def _activity_alert(
        self, name: str, kind: str, advice: str, scope: pulumi.Output[str], platform: Platform
    ) -> azure.monitor.ActivityLogAlert:
        monitor = azure.monitor
        within = (
            []
            if kind == "ServiceHealth"
            else [monitor.AlertRuleAnyOfOrLeafConditionArgs(field="resourceGroup", equals=platform.resource_group)]
        )
        return monitor.ActivityLogAlert(
            f"{name}-{kind.lower()}",
            resource_group_name=platform.resource_group,
            activity_log_alert_name=f"{platform.name}-{kind.lower()}",
            location="Global",
            description=advice,
            enabled=True,
            scopes=[scope],
            condition=monitor.AlertRuleAllOfConditionArgs(
                all_of=[monitor.AlertRuleAnyOfOrLeafConditionArgs(field="category", equals=kind), *within]
            ),
            actions=monitor.ActionListArgs(
                action_groups=[monitor.ActionGroupArgs(action_group_id=platform.action_group_id)]
            ),
            tags=platform.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _items(part: ObservedPart) -> Sequence[Mapping[str, Any]]:
    """A heading and the graphs of one part, side by side."""
    heading = {"type": 1, "content": {"json": part.urn.apply(lambda urn: f"## {urn.split('::')[-1]}")}}
    return [heading, *(_graph(metric) for metric in part.metrics)]


def _graph(metric: Metric) -> Mapping[str, Any]:
    return {
        "type": 10,
        "customWidth": "33",
        "content": {
            "chartId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{metric.namespace}/{metric.title}")),
            "version": "MetricsItem/2.0",
            "size": 0,
            "chartType": 2,
            "title": metric.title,
            "timeContext": {"durationMs": DAY_MS},
            "resourceType": metric.namespace.lower(),
            "metricScope": 0,
            "resourceIds": [metric.resource_id],
            "metrics": [
                {
                    "namespace": metric.namespace.lower(),
                    "metric": f"{metric.namespace.lower()}--{metric.name}",
                    "aggregation": AGGREGATIONS[metric.statistic],
                    "splitBy": None,
                }
            ],
        },
    }
