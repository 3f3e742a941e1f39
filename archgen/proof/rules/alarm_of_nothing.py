"""Rule `alarm-of-nothing`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from archgen.engine import Resource
from archgen.proof.references import leaves
from archgen.proof.rule import Evidence, Finding, Rule

AWS_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
NAMING = frozenset(
    {
        "Application",
        "ClusterName",
        "DBClusterIdentifier",
        "DeliveryStreamName",
        "EndpointName",
        "EventBusName",
        "FeatureGroupName",
        "FunctionName",
        "JobName",
        "LoadBalancer",
        "LogGroupName",
        "PipelineName",
        "QueueName",
        "RuleName",
        "ServiceName",
        "StateMachineArn",
        "StreamName",
        "TableName",
        "TargetGroup",
        "TopicName",
    }
)
"""Dimensions of CloudWatch whose value is the name of a resource."""
GOOGLE_ALERT = "gcp:monitoring/alertPolicy:AlertPolicy"
GOOGLE_LABEL = re.compile(r'resource\.labels?\.(\w+(?:_id|_name))\s*=\s*"([^"]*)"')
SUBSCRIPTION = re.compile(r"/subscriptions/[^/]+")
"""What alerts of Azure's own health watch: all of a subscription."""
AZURE_ALERTS = ("azure-native:monitor:MetricAlert", "azure-native:monitor:ScheduledQueryRule")


class AlarmOfNothing(Rule):
    """An alarm watches something that the program makes: over a name that nothing has, it stays silent for ever."""

    id = "alarm-of-nothing"
    title = "what an alarm watches exists"
    source = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: a metric without"
        " data raises no alarm by itself"
    )
    example = 'a `MetricAlarm` on `AWS/Kinesis` with `dimensions={"StreamName": "event"}` where the stream is `events`'
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per name that no resource has in the live phase, before which alarms may wait for an endpoint;
        nothing is said of a metric that code publishes itself.
        """
        if evidence.phase != "live" or not evidence.up.completed:
            return
        known = frozenset(name for each in evidence.up.resources for name in each.identities)
        given = frozenset(text for value in evidence.configuration.values.values() for text in leaves(value))
        for resource in evidence.up.resources:
            for what, name in sorted(set(_watched(resource))):
                if name not in known | given and not SUBSCRIPTION.fullmatch(name):
                    yield self.at(resource, f"it watches {what} {name!r}, which nothing here is")


def _watched(resource: Resource) -> Iterator[tuple[str, str]]:
    if resource.type == AWS_ALARM:
        for dimensions in dimensions_of(resource.inputs):
            yield from ((key, value) for key, value in dimensions.items() if key in NAMING and isinstance(value, str))
    elif resource.type == GOOGLE_ALERT:
        for text in leaves(resource.inputs.get("conditions")):
            yield from GOOGLE_LABEL.findall(text)
    elif resource.type in AZURE_ALERTS:
        yield from (("scope", scope) for scope in leaves(resource.inputs.get("scopes")))


def dimensions_of(inputs: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The dimensions of an alarm of CloudWatch: of its metric, and of each metric that it computes from."""
    yield inputs.get("dimensions") or {}
    for query in inputs.get("metricQueries") or ():
        yield (query.get("metric") or {}).get("dimensions") or {}
