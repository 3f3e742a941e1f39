"""What the parts of the platform promise one another.

A component depends on these contracts and never on another component, so that each part can be replaced: a new network
by the one that exists, one stream by another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pulumi
import pulumi_gcp as gcp


@dataclass(frozen=True, kw_only=True)
class Keys:
    """One customer key per service, so that no service's agent can decrypt what another one holds.

    Each is known only once that service's agent may use it: whatever is encrypted with it waits for the grant.
    """

    streams: pulumi.Output[str]
    warehouse: pulumi.Output[str]
    objects: pulumi.Output[str]
    cache: pulumi.Output[str]
    models: pulumi.Output[str]
    images: pulumi.Output[str]
    containers: pulumi.Output[str]
    secrets: pulumi.Output[str]
    workflows: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Agents:
    """The accounts that Google's services act as in this project, as IAM members."""

    pubsub: pulumi.Output[str]
    vertex: pulumi.Output[str]
    storage: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What every component is given; one value per stack."""

    name: str
    """Project and stack, e.g. `payments-fraud-prod`: the prefix of the few names that an API needs fixed."""
    region: str
    project_id: pulumi.Output[str]
    """Known only once the APIs are enabled: whatever names its project waits for them."""
    project_number: pulumi.Output[str]
    protected: bool
    """Whether what holds data resists deletion. Off in dev, so that it can be destroyed."""
    keys: Keys
    agents: Agents
    notification_channels: Sequence[pulumi.Output[str]]
    artefacts_bucket: pulumi.Output[str]
    """Name of the bucket for models and releases."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Whoever is granted something: an IAM member, and its network tag when it runs inside the network."""

    name: str
    component: pulumi.ComponentResource
    member: pulumi.Output[str]
    network_tag: str | None = None


@dataclass(frozen=True, kw_only=True)
class Metric:
    """Time series of Cloud Monitoring, as alerts and dashboards filter and join them.

    `aligner` and `reducer` are Monitoring's own words (`ALIGN_RATE`, `REDUCE_SUM`). `labels` are filters by their full
    path (`resource.labels.subscription_id`).
    """

    title: str
    type: str
    resource_type: str
    aligner: str
    reducer: str
    labels: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)


class Observed(Protocol):
    """A part that an on-call engineer watches: its alerts, and the metrics worth a graph."""

    # Read-only properties throughout: a settable attribute would make every implementation's type invariant.
    @property
    def alarms(self) -> Sequence[gcp.monitoring.AlertPolicy]: ...
    @property
    def metrics(self) -> Sequence[Metric]: ...


class Network(Protocol):
    """A private network of one region, and the ways out of it."""

    @property
    def network_id(self) -> pulumi.Output[str]: ...
    @property
    def workloads_subnet_id(self) -> pulumi.Output[str]:
        """Subnet for what computes. Each container takes an address of it, two while a revision is replaced."""
        ...

    @property
    def balancer_subnet_id(self) -> pulumi.Output[str]:
        """The same subnet, known once the proxies of load balancers have theirs."""
        ...

    @property
    def service_network_id(self) -> pulumi.Output[str]:
        """The network, known once managed services may open their endpoints in it."""
        ...

    @property
    def service_range(self) -> pulumi.Output[str]:
        """Addresses that managed services open their endpoints at."""
        ...

    @property
    def google_apis_range(self) -> pulumi.Output[str]:
        """The one address at which all Google APIs are reached from inside."""
        ...


@dataclass(frozen=True, kw_only=True)
class PubSubConnection:
    topic_id: pulumi.Output[str]
    """`projects/<project>/topics/<topic>`"""
    dead_letter_topic_id: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Subscribed:
    """A reader's own subscription, and what has to exist before the reader starts."""

    subscription_id: pulumi.Output[str]
    subscription_name: pulumi.Output[str]
    permissions: Sequence[pulumi.Resource]


class EventStream(Protocol):
    @property
    def connection(self) -> PubSubConnection: ...
    def subscribe(self, reader: Workload) -> Subscribed:
        """A subscription for `reader` alone, which it may consume and which dead-letters what it cannot."""
        ...

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        """Let `writer` publish; depend on what is returned before creating the writer."""
        ...


@dataclass(frozen=True, kw_only=True)
class FeatureConnection:
    """How to reach the online features: TLS under the instance's own authority, with an access token as password."""

    host: pulumi.Output[str]
    port: int
    ca_certificates: pulumi.Output[str]
    """PEM of the authorities that sign the instance's certificates."""


class OnlineFeatures(Protocol):
    @property
    def connection(self) -> FeatureConnection: ...
    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]: ...
    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]: ...


@dataclass(frozen=True, kw_only=True)
class LakeTable:
    """One table of the lake."""

    dataset_id: pulumi.Output[str]
    table_id: pulumi.Output[str]
    path: pulumi.Output[str]
    """`<project>.<dataset>.<table>`"""


class Lake(Protocol):
    @property
    def landing(self) -> LakeTable:
        """Messages of a stream as they came, with their metadata."""
        ...

    @property
    def captured(self) -> LakeTable | None:
        """Requests and replies of a model; None where no model writes here."""
        ...

    def grant_write(self, writer: Workload, table: LakeTable) -> Sequence[pulumi.Resource]:
        """Let `writer` add rows to `table`, and to no other."""
        ...


class RealtimeEndpoint(Protocol):
    @property
    def url(self) -> pulumi.Output[str]:
        """Where a request is posted. Fixed, so that a caller does not wait for the first model."""
        ...

    def grant_invoke(self, caller: Workload) -> Sequence[pulumi.Resource]: ...
