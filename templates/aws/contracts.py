"""What the parts of the platform promise one another.

A component depends on these contracts and never on another component, so that each part can be replaced: Kinesis by
Kafka, a new network by the one that exists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class Keys:
    """One customer key per kind of data, so that reading a log never implies reading a record."""

    data: pulumi.Output[str]
    """Streams, caches, objects, volumes: what holds events, features and decisions."""
    logs: pulumi.Output[str]
    messages: pulumi.Output[str]
    """Alarm topic and dead-letter queues."""
    secrets: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What every component is given; one value per stack."""

    name: str
    """Project and stack, e.g. `payments-fraud-prod`: the prefix of the few names that an API needs fixed."""
    region: str
    account_id: pulumi.Output[str]
    protected: bool
    """Whether what holds data resists deletion. Off in dev, so that it can be destroyed."""
    keys: Keys
    permissions_boundary_arn: pulumi.Output[str]
    alarm_topic_arn: pulumi.Output[str]
    artefacts_bucket: pulumi.Output[str]
    """Name of the bucket for code packages and certificates."""
    access_logs_bucket: pulumi.Output[str]
    """Name of the bucket that S3 and the load balancers write their access logs to."""
    log_retention_days: int
    masks_card_numbers: bool = False
    """Whether card numbers arrive here, so that a log has to hide one that slipped into it."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Whoever is granted something: its role, and its security group when it runs inside the network."""

    name: str
    component: pulumi.ComponentResource
    role: aws.iam.Role
    security_group_id: pulumi.Output[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One CloudWatch metric, as alarms and dashboards name it. `statistic` is `Sum`, `Average`, `Maximum` or `p99`."""

    title: str
    namespace: str
    name: str
    statistic: str
    dimensions: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    period_seconds: int = 60


class Observed(Protocol):
    """A part that an on-call engineer watches: its alarms, and the metrics worth a graph."""

    # Read-only properties throughout: a settable attribute would make every implementation's type invariant.
    @property
    def alarms(self) -> Sequence[aws.cloudwatch.MetricAlarm]: ...
    @property
    def metrics(self) -> Sequence[Metric]: ...


@dataclass(frozen=True, kw_only=True)
class QuotaNeed:
    """What a part takes of a quota of its account at its largest. `default` is what a new account has; 0 where AWS
    states no number."""

    service_code: str
    """As Service Quotas has it, e.g. `sagemaker`."""
    quota_name: str
    needed: int
    default: int


class Limited(Protocol):
    """A part whose size presses on quotas."""

    @property
    def quotas(self) -> Sequence[QuotaNeed]: ...


class Network(Protocol):
    """Private subnets over three zones, and the ways out of them."""

    @property
    def vpc_id(self) -> pulumi.Output[str]: ...
    @property
    def app_subnet_ids(self) -> Sequence[pulumi.Output[str]]:
        """Subnets for what computes: containers, jobs, model instances, load balancers."""
        ...

    @property
    def data_subnet_ids(self) -> Sequence[pulumi.Output[str]]:
        """Subnets for what stores: caches, brokers."""
        ...

    @property
    def endpoints_security_group_id(self) -> pulumi.Output[str]:
        """Group of the interface endpoints; a workload that calls an AWS API needs a rule towards it."""
        ...

    @property
    def s3_prefix_list_id(self) -> pulumi.Output[str]: ...


@dataclass(frozen=True, kw_only=True)
class KinesisConnection:
    stream_arn: pulumi.Output[str]
    stream_name: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class KafkaConnection:
    cluster_arn: pulumi.Output[str]
    bootstrap_brokers: pulumi.Output[str]
    """Brokers with IAM authentication over TLS."""
    topic: str


StreamConnection: TypeAlias = KinesisConnection | KafkaConnection


class EventStream(Protocol):
    @property
    def connection(self) -> StreamConnection: ...
    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        """Let `reader` consume; depend on what is returned before creating the consumer."""
        ...

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]: ...


@dataclass(frozen=True, kw_only=True)
class FeatureConnection:
    """How to reach the online features: TLS, with an IAM token instead of a password."""

    endpoint: pulumi.Output[str]
    """`host:port` of the cluster's configuration endpoint."""
    cache: pulumi.Output[str]
    """Replication group id, which the IAM token is signed for."""
    reader: pulumi.Output[str]
    """User that may read."""
    writer: pulumi.Output[str]
    """User that may write."""


class OnlineFeatures(Protocol):
    @property
    def connection(self) -> FeatureConnection: ...
    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]: ...
    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]: ...


class ObjectStore(Protocol):
    @property
    def bucket_arn(self) -> pulumi.Output[str]: ...
    @property
    def bucket_name(self) -> pulumi.Output[str]: ...
    def grant_write(self, writer: Workload, prefix: str) -> Sequence[pulumi.Resource]:
        """Let `writer` add objects below `prefix/`, and nothing else."""
        ...

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        """Let `reader` list the bucket and get its objects."""
        ...


@dataclass(frozen=True, kw_only=True)
class ReplicatedBucket:
    """What it takes to keep copies of a bucket's objects in a second region as well as the bucket keeps them here."""

    name: str
    """What the bucket is called in the program."""
    bucket_name: pulumi.Output[str]
    """Known once the bucket keeps versions: without them nothing is copied."""
    key_arn: pulumi.Output[str]
    keep_days: int | None = None
    """Days after which objects expire; None keeps them for ever. An expiry is not copied."""
    locked_days: int | None = None
    """Days for which an object can be neither changed nor deleted; None where it can."""


class Replicable(Protocol):
    """A part whose bucket has to outlive the region."""

    @property
    def replicated(self) -> ReplicatedBucket: ...


class RealtimeEndpoint(Protocol):
    @property
    def endpoint_name(self) -> str:
        """Fixed, so that a caller's grant and settings do not wait for the first model."""
        ...

    def grant_invoke(self, caller: Workload) -> Sequence[pulumi.Resource]: ...


class TokenKey(Protocol):
    """The key that card numbers become tokens with. Whoever may use it makes the same token of the same number."""

    @property
    def secret_arn(self) -> pulumi.Output[str]:
        """Secret that holds the key; it is read once at start and kept in memory."""
        ...

    @property
    def version_id(self) -> pulumi.Output[str]:
        """The keyring's version: whoever names it starts again with each new one."""
        ...

    def grant_use(self, user: Workload) -> Sequence[pulumi.Resource]: ...


class ModelRegistry(Protocol):
    """Where versions of a model are registered, and one of them is approved by a person."""

    @property
    def group_name(self) -> pulumi.Output[str]: ...
    @property
    def group_arn(self) -> pulumi.Output[str]: ...
    def grant_register(self, writer: Workload) -> Sequence[pulumi.Resource]: ...
    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]: ...


@dataclass(frozen=True, kw_only=True)
class Step:
    """One task of a state machine: the service integration, e.g. `arn:aws:states:::glue:startJobRun.sync`, and its
    parameters as that integration names them."""

    integration: str
    parameters: Mapping[str, Any]


class Runnable(Protocol):
    """A part that a state machine can run and wait for."""

    @property
    def step(self) -> Step: ...
    def grant_run(self, caller: Workload) -> Sequence[pulumi.Resource]:
        """Let `caller` start it, follow it and stop it."""
        ...


class ModelVersions(ModelRegistry, Protocol):
    """A registry that also keeps what its versions are made of: an image that trains and serves, and artefacts."""

    @property
    def image_repository_url(self) -> pulumi.Output[str]: ...
    @property
    def artefacts_uri(self) -> pulumi.Output[str]:
        """`s3://bucket/prefix` below which a version's artefacts lie, for as long as the version."""
        ...

    def grant_follow(self, reader: Workload) -> Sequence[pulumi.Resource]:
        """Let `reader` see versions and their state, not what they are made of."""
        ...


class FeatureHistory(Protocol):
    """Where the features of entities are kept as they were at each moment."""

    @property
    def groups(self) -> Mapping[str, pulumi.Output[str]]:
        """Name of the feature group of each entity."""
        ...

    def grant_write(
        self, writer: Workload, depends_on: Sequence[pulumi.Resource] = ()
    ) -> Sequence[pulumi.Resource]: ...


class AccountBaseline(Protocol):
    """What an account has once. Where another stack of the account owns it, nothing here is to be waited for."""

    @property
    def recorder(self) -> Sequence[pulumi.Resource]:
        """What records configurations: rules can be made when it runs."""
        ...

    @property
    def data_discovery_role(self) -> pulumi.Output[str] | None:
        """ARN of the role that looks for personal data in buckets; None where another stack switched it on."""
        ...
