"""Own faults of what has to go on when a part fails, and of who hears of it."""

from __future__ import annotations

from typing import Any

from tests.proof.mutations.mutation import Change, Inputs, Mutation, NotHere, one, put

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ALERT_POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
METRIC_ALERT = "azure-native:monitor:MetricAlert"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
SERVICE = "aws:ecs/service:Service"
NOT_AWS = "planted as a fault of the endpoint's instances"
ONLY_AWS = "no service of the platform has it on this cloud"


def _one_subnet(inputs: Inputs) -> None:
    network = inputs["networkConfiguration"]
    network["subnets"] = network["subnets"][:1]


def _same_subnet(inputs: Inputs) -> None:
    network = inputs["networkConfiguration"]
    network["subnets"] = [*network["subnets"], network["subnets"][0]]


def _other_stream(inputs: Inputs) -> None:
    inputs["dimensions"] = {"StreamName": "event"}


def _other_label(inputs: Inputs) -> None:
    condition: dict[str, Any] = inputs["conditions"][0]["conditionThreshold"]
    condition["filter"] = 'resource.type = "pubsub_topic" AND resource.labels.topic_id = "event"'


AVAILABILITY = (
    Mutation(
        id="alarm-that-calls-nobody",
        fault="an alarm calls nobody",
        aws=Change(rule="aws-alarms", type=ALARM, edit=put("alarmActions", [])),
        gcp=Change(rule="gcp-alarms", type=ALERT_POLICY, edit=put("notificationChannels", [])),
        azure=Change(rule="azure-alarms", type=METRIC_ALERT, edit=put("actions", [])),
    ),
    one(
        "aws",
        "alarm-silent-on-silence",
        "an alarm does not say what it makes of missing data",
        Change(rule="aws-alarms", type=ALARM, edit=put("treatMissingData", None)),
        "silence raises no alert by default, and one that has to is a rule of its own",
    ),
    Mutation(
        id="alarm-of-nothing",
        fault="an alarm watches a name that nothing has",
        aws=Change(rule="alarm-of-nothing", type=ALARM, name="events-iterator-age", edit=_other_stream),
        gcp=Change(rule="alarm-of-nothing", type=ALERT_POLICY, name="events-unread", edit=_other_label),
        azure=Change(
            rule="alarm-of-nothing",
            type=METRIC_ALERT,
            edit=put("scopes", ["/subscriptions/1/resourceGroups/own/providers/Microsoft.EventHub/namespaces/gone"]),
        ),
    ),
    Mutation(
        id="zone-lost-cache-lost",
        fault="a cache or a stream lies in one zone",
        aws=Change(rule="aws-zones", type=CACHE, edit=put("multiAzEnabled", False)),
        gcp=Change(
            rule="gcp-zones",
            type="gcp:memorystore/instance:Instance",
            edit=put("zoneDistributionConfig.mode", "SINGLE_ZONE"),
        ),
        azure=Change(rule="azure-zones", type="azure-native:eventhub:Namespace", edit=put("zoneRedundant", False)),
    ),
    Mutation(
        id="service-in-one-zone",
        fault="all tasks or nodes lie in one zone",
        aws=Change(rule="one-zone", type=SERVICE, edit=_one_subnet),
        gcp=NotHere("what runs here is regional: its zones are not the program's to choose"),
        azure=Change(
            rule="azure-zones", type="azure-native:containerservice:AgentPool", edit=put("availabilityZones", [])
        ),
    ),
    one(
        "aws",
        "one-subnet-twice",
        "one subnet is given in the place of another",
        Change(rule="one-zone", type=SERVICE, edit=_same_subnet),
        "a service is given one subnet, which is regional",
    ),
    one(
        "aws",
        "endpoint-of-one-instance",
        "an endpoint has one instance in production",
        Change(
            rule="aws-endpoint-release",
            type="aws:sagemaker/endpointConfiguration:EndpointConfiguration",
            edit=put("productionVariants.0.initialInstanceCount", 1),
        ),
        "its size is checked as `size-not-followed`",
    ),
    one(
        "aws",
        "no-way-back",
        "an endpoint's change is not taken back when its alarms ring",
        Change(rule="aws-endpoint-release", type="aws:sagemaker/endpoint:Endpoint", edit=put("deploymentConfig", None)),
        "a release is a workflow here that judges and takes back",
    ),
    one(
        "aws",
        "task-not-rolled-back",
        "a service's failed deployment is not taken back",
        Change(rule="aws-container", type=SERVICE, edit=put("deploymentCircuitBreaker.rollback", False)),
        "the former revision serves until the new one is ready",
    ),
    Mutation(
        id="nowhere-to-scale",
        fault="the most that something may scale to is less than the least",
        aws=Change(rule="autoscaling-range", type="aws:appautoscaling/target:Target", edit=put("maxCapacity", 1)),
        gcp=Change(
            rule="autoscaling-range",
            type="gcp:cloudrunv2/service:Service",
            edit=put("template.scaling.maxInstanceCount", 1),
        ),
        azure=Change(rule="autoscaling-range", type="azure-native:containerservice:AgentPool", edit=put("maxCount", 1)),
    ),
    Mutation(
        id="no-dead-letters",
        fault="what cannot be delivered is lost",
        aws=Change(
            rule="aws-dead-letters", type="aws:scheduler/schedule:Schedule", edit=put("target.deadLetterConfig", None)
        ),
        gcp=Change(
            rule="gcp-dead-letters",
            type="gcp:pubsub/subscription:Subscription",
            name="decision-delivery-reads-decisions",
            edit=put("deadLetterPolicy", None),
        ),
        azure=NotHere("Event Hubs keeps what nobody has read; readers keep their dead letters in a container"),
    ),
    Mutation(
        id="dead-letters-to-the-wrong-place",
        fault="dead letters go where messages are worked from",
        aws=Change(
            rule="dead-letters-elsewhere",
            type="aws:scheduler/schedule:Schedule",
            edit=put("target.deadLetterConfig.arn", "{aws:sqs/queue:Queue audit-evidence}"),
        ),
        gcp=Change(
            rule="dead-letters-elsewhere",
            type="gcp:pubsub/subscription:Subscription",
            name="decision-delivery-reads-decisions",
            edit=lambda inputs: inputs["deadLetterPolicy"].update(deadLetterTopic=inputs["topic"]),
        ),
        azure=NotHere("Event Hubs keeps what nobody has read; readers keep their dead letters in a container"),
    ),
    one(
        "aws",
        "no-retry",
        "a failed delivery is not tried again",
        Change(rule="aws-retries", type="aws:cloudwatch/eventTarget:EventTarget", edit=put("retryPolicy", None)),
        ONLY_AWS,
    ),
    one(
        "gcp",
        "subscription-forgotten",
        "a subscription is deleted after 31 days without a reader",
        Change(
            rule="gcp-subscription-kept",
            type="gcp:pubsub/subscription:Subscription",
            edit=put("expirationPolicy", None),
        ),
        "readers are not registered with the stream, or never forgotten",
    ),
)
