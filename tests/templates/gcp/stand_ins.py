"""The neighbours of a component under test: they keep the contracts and make nothing but the grants they return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from templates.gcp.contracts import (
    Agents,
    FeatureConnection,
    Keys,
    LakeTable,
    Platform,
    PubSubConnection,
    Subscribed,
    Workload,
)
from templates.gcp.hardened.identity import allow_in_project
from tests.templates.aws.conftest import Recorded, Recording
from tests.templates.gcp.conftest import NUMBER, PROJECT, REGION

CHANNEL = "projects/payments/notificationChannels/1"
PUBSUB_AGENT = "serviceAccount:pubsub-agent"
VERTEX_AGENT = "serviceAccount:vertex-agent"
TOPIC = f"projects/{PROJECT}/topics/payments"
SERVICES_RANGE, APIS_RANGE = "10.20.8.0/23", "10.20.12.1/32"


def out(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value)


def platform(protected: bool = True) -> Platform:
    return Platform(
        name="payments-fraud-prod",
        region=REGION,
        project_id=out(PROJECT),
        project_number=out(NUMBER),
        protected=protected,
        keys=Keys(**{kind: out(f"key-of-{kind}") for kind in Keys.__dataclass_fields__}),
        agents=Agents(pubsub=out(PUBSUB_AGENT), vertex=out(VERTEX_AGENT), storage=out("serviceAccount:storage-agent")),
        notification_channels=[out(CHANNEL)],
        artefacts_bucket=out("artefacts"),
    )


@dataclass
class Network:
    network_id: pulumi.Output[str] = field(default_factory=lambda: out("network"))
    workloads_subnet_id: pulumi.Output[str] = field(default_factory=lambda: out("workloads"))
    balancer_subnet_id: pulumi.Output[str] = field(default_factory=lambda: out("workloads"))
    service_network_id: pulumi.Output[str] = field(default_factory=lambda: out("network"))
    service_range: pulumi.Output[str] = field(default_factory=lambda: out(SERVICES_RANGE))
    google_apis_range: pulumi.Output[str] = field(default_factory=lambda: out(APIS_RANGE))


def _grant(name: str, workload: Workload) -> Sequence[pulumi.Resource]:
    return [allow_in_project(name, workload, "roles/test", platform())]


class Stream:
    connection = property(lambda self: PubSubConnection(topic_id=out(TOPIC), dead_letter_topic_id=out(f"{TOPIC}-dead")))

    def subscribe(self, reader: Workload) -> Subscribed:
        return Subscribed(
            subscription_id=out("projects/payments/subscriptions/reader"),
            subscription_name=out("reader"),
            permissions=_grant(f"{reader.name}-reads-payments", reader),
        )

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return _grant(f"{writer.name}-writes-payments", writer)


class Features:
    connection = property(
        lambda self: FeatureConnection(host=out("10.20.8.2"), port=6379, ca_certificates=out("authorities"))
    )

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return _grant(f"{reader.name}-reads-features", reader)

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return _grant(f"{writer.name}-writes-features", writer)


class Model:
    url = property(lambda self: out("https://1.prediction.p.vertexai.goog/v1/endpoints/1:rawPredict"))

    def grant_invoke(self, caller: Workload) -> Sequence[pulumi.Resource]:
        return _grant(f"{caller.name}-invokes-model", caller)


def table(name: str) -> LakeTable:
    return LakeTable(dataset_id=out("lake"), table_id=out(name), path=out(f"{PROJECT}.lake.{name}"))


class Lake:
    def __init__(self, captures: bool = True) -> None:
        self.landing, self.captured = table("landing"), table("captured") if captures else None
        self.written: list[LakeTable] = []

    def grant_write(self, writer: Workload, table: LakeTable) -> Sequence[pulumi.Resource]:
        self.written.append(table)
        return _grant(f"{writer.name}-writes-lake", writer)


class Caller(pulumi.ComponentResource):
    """A component that opens flows: grants are made under it."""

    def __init__(self, name: str = "scoring", tag: str | None = "payments-fraud-prod-scoring") -> None:
        super().__init__("test:index:Caller", name)
        self.workload = Workload(name=name, component=self, member=out(f"serviceAccount:{name}"), network_tag=tag)


def waits_for(resource: Recorded, *others: Recorded) -> bool:
    return {other.urn for other in others} <= resource.depends_on


def assert_every_alert_reaches_a_person_and_ends(recording: Recording) -> None:
    """The rules that hold for every alert: who is told, what to look at, and that silence closes or opens it."""
    alerts = recording.of(":AlertPolicy")
    assert alerts
    for made in alerts:
        assert made.inputs["notificationChannels"] == [CHANNEL], made.name
        assert len(made.inputs["documentation"]["content"]) > 60, made.name
        (condition,) = made.inputs["conditions"]
        threshold = condition["conditionThreshold"]
        assert threshold["evaluationMissingData"].startswith("EVALUATION_MISSING_DATA_"), made.name
        assert 'metric.type = "' in threshold["filter"] and 'resource.type = "' in threshold["filter"], made.name
        (aggregation,) = threshold["aggregations"]
        assert aggregation["perSeriesAligner"].startswith("ALIGN_"), made.name


def threshold(recording: Recording, name: str) -> dict[str, Any]:
    """The condition of one alert."""
    (condition,) = recording.one(":AlertPolicy", name).inputs["conditions"]
    return condition["conditionThreshold"]


def environment(container: Any) -> dict[str, Any]:
    """The plain variables of a container."""
    return {entry["name"]: entry["value"] for entry in container["envs"] if "value" in entry}
