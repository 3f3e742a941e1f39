"""What the parts of the platform promise one another.

A component depends on these contracts and never on another component, so that each part can be replaced: a model on
Kubernetes by a managed endpoint, a new network by the one that exists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import pulumi
import pulumi_azure_native as azure


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Customer keys in the platform's vault, one per kind of data, and the one identity that services use them as."""

    vault_id: pulumi.Output[str]
    vault_uri: pulumi.Output[str]
    vault_name: pulumi.Output[str]
    data: pulumi.Output[str]
    """Name of the key for streams, caches and objects: a service that is given no version follows its rotation."""
    data_url: pulumi.Output[str]
    """The same key with its version, for services that take nothing else."""
    disks_url: pulumi.Output[str]
    identity_id: pulumi.Output[str]
    identity_client_id: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    """What a service has to wait for before it can use a key: the role of the identity."""


@dataclass(frozen=True, kw_only=True)
class Registry:
    """Where images come from."""

    id: pulumi.Output[str]
    server: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Artefacts:
    """A storage account for what is no business record: manifests, dead letters, files of the model registry."""

    account_id: pulumi.Output[str]
    account_name: pulumi.Output[str]
    blob_url: pulumi.Output[str]
    """`https://<account>.blob.core.windows.net/`"""
    manifests_container: pulumi.Output[str]
    manifests_id: pulumi.Output[str]
    dead_letters_container: pulumi.Output[str]
    dead_letters_id: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What every component is given; one value per stack."""

    name: str
    """Project and stack, e.g. `payments-fraud-prod`."""
    suffix: str
    """Letters and digits that make names yours where Azure wants them unique in the world."""
    region: str
    subscription_id: pulumi.Output[str]
    tenant_id: pulumi.Output[str]
    resource_group: pulumi.Output[str]
    tags: Mapping[str, str]
    protected: bool
    """Whether what holds data resists deletion. Off in dev, so that it can be destroyed."""
    keys: Keys
    registry: Registry
    artefacts: Artefacts
    log_workspace_id: pulumi.Output[str]
    insights_id: pulumi.Output[str]
    action_group_id: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Whoever is granted something; `principal_id` is the object id of its identity."""

    name: str
    component: pulumi.ComponentResource
    principal_id: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Workload(Principal):
    """A container, with a user-assigned identity that exists before it runs."""

    identity_id: pulumi.Output[str]
    identity_name: pulumi.Output[str]
    client_id: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One platform metric, as alerts and the workbook name it. `statistic` is an aggregation of Azure Monitor."""

    title: str
    namespace: str
    name: str
    statistic: str
    resource_id: pulumi.Input[str]
    dimensions: Mapping[str, Sequence[str]] = field(default_factory=dict)


Alert: TypeAlias = azure.monitor.MetricAlert | azure.monitor.ScheduledQueryRule


class Observed(Protocol):
    """A part that an on-call engineer watches: its alerts, and the metrics worth a graph."""

    # Read-only properties throughout: a settable attribute would make every implementation's type invariant.
    @property
    def alerts(self) -> Sequence[Alert]: ...
    @property
    def metrics(self) -> Sequence[Metric]: ...


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet and the network security group that is its alone, so that a rule in it speaks of one workload."""

    id: pulumi.Output[str]
    security_group: pulumi.Output[str]
    """Name of the network security group."""


class Network(Protocol):
    """A virtual network without a way to the internet of its own: subnets, and zones for private endpoints."""

    @property
    def endpoints_subnet_id(self) -> pulumi.Output[str]:
        """Subnet of the private endpoints."""
        ...

    @property
    def nodes(self) -> Subnet:
        """Subnet of Kubernetes nodes and of the load balancer in front of them."""
        ...

    @property
    def pod_cidr(self) -> str:
        """Addresses of a cluster's pods, which the rules of the nodes' subnet know."""
        ...

    @property
    def route_table_id(self) -> pulumi.Output[str]:
        """Routes of the nodes: a cluster writes none into it but has to be allowed to look."""
        ...

    @property
    def ready(self) -> Sequence[pulumi.Resource]:
        """What has to stand before anything that pulls an image or resolves a private name."""
        ...

    def worker(self, name: str) -> Subnet:
        """The subnet of one container worker. Raises `KeyError` for a name that the network was not told of."""
        ...

    def zone_ids(self, group: str) -> Sequence[pulumi.Output[str]]:
        """The private DNS zones behind a private endpoint's group (`namespace`, `blob`, `redisEnterprise`, ...)."""
        ...


@dataclass(frozen=True, kw_only=True)
class EventHubConnection:
    """How to reach a stream: over Kafka's protocol with an Entra token, or by its ids."""

    namespace_id: pulumi.Output[str]
    namespace: pulumi.Output[str]
    hub: pulumi.Output[str]
    bootstrap_servers: pulumi.Output[str]
    """`<namespace>.servicebus.windows.net:9093`"""


class EventStream(Protocol):
    @property
    def connection(self) -> EventHubConnection: ...
    def grant_read(self, reader: Principal) -> Sequence[pulumi.Resource]:
        """Let `reader` consume; depend on what is returned before creating the consumer."""
        ...

    def grant_write(self, writer: Principal) -> Sequence[pulumi.Resource]: ...


@dataclass(frozen=True, kw_only=True)
class FeatureConnection:
    """How to reach the online features: TLS on one port, with an Entra token instead of a password."""

    endpoint: pulumi.Output[str]
    """`host:port`; the user of a connection is the object id of the caller's identity."""


class OnlineFeatures(Protocol):
    @property
    def connection(self) -> FeatureConnection: ...
    def grant_read(self, reader: Principal) -> Sequence[pulumi.Resource]: ...
    def grant_write(self, writer: Principal) -> Sequence[pulumi.Resource]: ...


class ObjectStore(Protocol):
    @property
    def account_id(self) -> pulumi.Output[str]: ...
    @property
    def account_name(self) -> pulumi.Output[str]: ...
    @property
    def container(self) -> pulumi.Output[str]: ...
    def grant_write(self, writer: Principal) -> Sequence[pulumi.Resource]:
        """Let `writer` add and replace blobs of the container."""
        ...


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A Kubernetes cluster that workloads are put on by Flux, from the manifests beside the program."""

    id: pulumi.Output[str]
    name: pulumi.Output[str]
    flux_client_id: pulumi.Output[str]
    """Identity that Flux reads manifests as."""
    issuer: pulumi.Output[str]
    """OIDC issuer, which federated credentials trust."""
    ready: Sequence[pulumi.Resource]
    """What has to stand before a manifest can be applied: pools, Flux, the right to pull images."""


@dataclass(frozen=True, kw_only=True)
class ClusterModel:
    """A model that runs in a cluster; its callers run there too, since nothing outside reaches it."""

    cluster: Cluster
    url: str
    """Base address within the cluster."""


@dataclass(frozen=True, kw_only=True)
class ManagedModel:
    """A model behind an Azure ML endpoint, called with an Entra token through the workspace's private endpoint."""

    url: pulumi.Output[str]
    scope: str
    """What the token has to be asked for."""


ModelConnection: TypeAlias = ClusterModel | ManagedModel


class RealtimeEndpoint(Protocol):
    @property
    def connection(self) -> ModelConnection: ...
    def grant_invoke(self, caller: Workload) -> Sequence[pulumi.Resource]:
        """Let `caller` ask for scores."""
        ...
