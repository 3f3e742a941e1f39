"""Bridge from the client's Kafka to the event stream: workers that read, check and write on, at least once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import EventStream, Metric, Network, Platform
from ..hardened.connections import connect
from ..hardened.containers import (
    WORKER_POOL,
    Container,
    container_alarms,
    container_metrics,
    hosting,
    run_workers,
)
from ..hardened.monitoring import alarm, counter, describe, gauge, metric_prefix

SASL_SCRAM_PORT = 9096
"""Taken where the bootstrap servers name no port."""
KEEP_DEAD_LETTERS = "2678400s"
"""Thirty-one days, the longest that Pub/Sub keeps a message."""


@dataclass(frozen=True, kw_only=True)
class KafkaBridgeArgs:
    """`source` is the id of the client's Kafka, `bootstrap_servers` its brokers as `host:port,host:port`.

    `broker_cidrs` are the ranges that all of its brokers lie in; new ones are added at the end. `ca_bundle` is the PEM
    of what signed the brokers' certificates. `partition_entity` is the entity whose token orders the records.
    `lag_alarm_records` is how far the bridge may fall behind. Without `image_digest` (`sha256:...`) nothing runs yet.
    """

    platform: Platform
    network: Network
    source: str
    destination: EventStream
    bootstrap_servers: str
    topic: str
    broker_cidrs: Sequence[str]
    ca_bundle: str
    username: pulumi.Input[str]
    password: pulumi.Input[str]
    partition_entity: str
    instances: int
    lag_alarm_records: int
    image_digest: str | None = None


class KafkaBridge(pulumi.ComponentResource):
    """Reads one topic of the client's Kafka over SASL/SCRAM and writes each valid record to the event stream."""

    alarms: Sequence[gcp.monitoring.AlertPolicy]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: KafkaBridgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:KafkaBridge", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._hosting = hosting(name, args.platform, args.network, self)
        self._secret, self._secret_version = self._credentials()
        self._dead_letters = self._dead_letter_topic()
        self._permissions = [
            *self._grant_source(),
            self._grant_dead_letters(),
            *args.destination.grant_write(self._hosting.workload),
        ]
        self.metrics = self._metrics()
        self.alarms = self._alarms()
        if args.image_digest is not None:
            self._go_live(args.image_digest)
        self.repository_url = self._hosting.repository_url
        self.register_outputs({"repository_url": self.repository_url})

    def _credentials(self) -> tuple[gcp.secretmanager.Secret, gcp.secretmanager.SecretVersion]:
        platform = self._args.platform
        secret = gcp.secretmanager.Secret(
            f"{self._name}-source",
            secret_id=f"{platform.name}-{self._name}-source",
            # A secret that Google replicates as it likes leaves the region.
            replication=gcp.secretmanager.SecretReplicationArgs(
                user_managed=gcp.secretmanager.SecretReplicationUserManagedArgs(
                    replicas=[
                        gcp.secretmanager.SecretReplicationUserManagedReplicaArgs(
                            location=platform.region,
                            customer_managed_encryption=gcp.secretmanager.SecretReplicationUserManagedReplicaCustomerManagedEncryptionArgs(
                                kms_key_name=platform.keys.secrets
                            ),
                        )
                    ]
                )
            ),
            deletion_protection=platform.protected,
            version_destroy_ttl="2592000s" if platform.protected else None,
            project=platform.project_id,
            opts=self._child,
        )
        login = pulumi.Output.json_dumps({"username": self._args.username, "password": self._args.password})
        version = gcp.secretmanager.SecretVersion(
            f"{self._name}-source",
            secret=secret.id,
            # Write-only: the login is in no state file. The number alone tells that it has changed.
            secret_data_wo=login,
            secret_data_wo_version=login.apply(_fingerprint),
            # The last one, should the new login be wrong.
            deletion_policy="DISABLE",
            # A new version instead of an update, and with it workers that read the new login.
            opts=pulumi.ResourceOptions(parent=self, replace_on_changes=["secretDataWoVersion"]),
        )
        return secret, version

    def _dead_letter_topic(self) -> gcp.pubsub.Topic:
        """What is no valid event; the subscription keeps it, since a topic alone keeps nothing that can be pulled."""
        platform = self._args.platform
        protected = pulumi.ResourceOptions(parent=self, protect=platform.protected)
        topic = gcp.pubsub.Topic(
            f"{self._name}-dead-letters",
            kms_key_name=platform.keys.streams,
            message_retention_duration=KEEP_DEAD_LETTERS,
            message_storage_policy=gcp.pubsub.TopicMessageStoragePolicyArgs(
                allowed_persistence_regions=[platform.region], enforce_in_transit=True
            ),
            project=platform.project_id,
            opts=protected,
        )
        self._dead_letter_subscription = gcp.pubsub.Subscription(
            f"{self._name}-dead-letters",
            topic=topic.id,
            message_retention_duration=KEEP_DEAD_LETTERS,
            expiration_policy=gcp.pubsub.SubscriptionExpirationPolicyArgs(ttl=""),
            project=platform.project_id,
            opts=protected,
        )
        return topic

    def _grant_source(self) -> Sequence[pulumi.Resource]:
        """The login, and the way to the brokers."""
        args, name = self._args, f"{self._name}-reads-{self._args.source}"
        return [
            gcp.secretmanager.SecretIamMember(
                name,
                secret_id=self._secret.secret_id,
                role="roles/secretmanager.secretAccessor",
                member=self._hosting.workload.member,
                project=args.platform.project_id,
                opts=self._child,
            ),
            connect(
                name,
                self._hosting.workload,
                args.network.network_id,
                args.platform,
                args.broker_cidrs,
                [str(broker_port(args.bootstrap_servers))],
            ),
        ]

    def _grant_dead_letters(self) -> pulumi.Resource:
        return gcp.pubsub.TopicIAMMember(
            f"{self._name}-dead-letters",
            topic=self._dead_letters.name,
            role="roles/pubsub.publisher",
            member=self._hosting.workload.member,
            project=self._args.platform.project_id,
            opts=self._child,
        )

    def _go_live(self, image_digest: str) -> None:
        args = self._args
        pool = run_workers(
            self._name,
            self._hosting,
            Container(
                image_digest=image_digest,
                cpu=1,
                memory="2Gi",
                environment=self._environment(),
                # Pinned to the version: a changed login starts new workers, which a running one would never read.
                secrets={"SOURCE_CREDENTIALS": (self._secret.secret_id, self._secret_version.version)},
            ),
            args.instances,
            args.platform,
            args.network,
            self._permissions,
        )
        metrics = container_metrics(self._name, WORKER_POOL, pool.name)
        self.metrics = [*self.metrics, *metrics]
        self.alarms = [*self.alarms, *container_alarms(self._name, metrics, args.platform, self)]

    def _environment(self) -> Mapping[str, pulumi.Input[str]]:
        args = self._args
        return {
            "GCP_PROJECT": args.platform.project_id,
            "GCP_REGION": args.platform.region,
            "PROJECT": args.platform.name,
            "COMPONENT": self._name,
            "METRIC_PREFIX": metric_prefix(args.platform.name, self._name),
            "SOURCE_BOOTSTRAP": args.bootstrap_servers,
            "SOURCE_TOPIC": args.topic,
            "SOURCE_GROUP": f"{args.platform.name}-{self._name}",
            "SOURCE_CA_PEM": args.ca_bundle,
            "STREAM_TOPIC": args.destination.connection.topic_id,
            "DEAD_LETTER_TOPIC": self._dead_letters.id,
            "PARTITION_ENTITY": args.partition_entity,
            "LOG_LEVEL": "INFO",
        }

    def _metrics(self) -> Sequence[Metric]:
        platform = self._args.platform
        return [
            # Each worker reports the lag of its own partitions: their sum is the lag of the topic.
            describe(self._name, gauge("consumer_lag", "records behind", "1", "REDUCE_SUM"), platform, self),
            describe(self._name, counter("records_forwarded", "records forwarded"), platform, self),
            describe(self._name, counter("write_failures", "refused by the stream"), platform, self),
            Metric(
                title=f"{self._name}: dead letters",
                type="pubsub.googleapis.com/subscription/num_undelivered_messages",
                resource_type="pubsub_subscription",
                aligner="ALIGN_MAX",
                reducer="REDUCE_MAX",
                labels={"resource.labels.subscription_id": self._dead_letter_subscription.name},
            ),
        ]

    def _alarms(self) -> Sequence[gcp.monitoring.AlertPolicy]:
        platform, source = self._args.platform, self._args.source
        lag, forwarded, refused, dead_letters = self.metrics
        return [
            alarm(
                f"{self._name}-lag",
                lag,
                f"More than {self._args.lag_alarm_records} records of {source} wait to be read, features grow stale: "
                "with write failures the stream refuses, else the pool needs instances or the topic partitions.",
                self._args.lag_alarm_records,
                platform,
                self,
                minutes=5,
            ),
            alarm(
                f"{self._name}-silent",
                forwarded,
                f"No record of {source} was forwarded for 10 minutes: ask its owners whether they publish, then read "
                "the bridge's log for a refused login or an unreachable broker.",
                1,
                platform,
                self,
                below=True,
                minutes=10,
            ),
            alarm(
                f"{self._name}-write-failures",
                refused,
                "The event stream refuses records; none is lost, the bridge repeats them and reads no further. Look "
                "for the publishing quota and for a permission that was taken away.",
                0,
                platform,
                self,
                minutes=5,
            ),
            alarm(
                f"{self._name}-dead-letters",
                dead_letters,
                f"Records of {source} that are no valid events lie in the dead-letter subscription. Their attributes "
                "say why; they are kept for 31 days.",
                0,
                platform,
                self,
                minutes=1,
            ),
        ]


def broker_port(bootstrap_servers: str) -> int:
    """The one port of `host:port,host:port`, 9096 where none is named.

    Raises `ValueError` where the servers name several: one rule for the ranges opens one port.
    """
    ports = {
        int(port) if (port := server.rpartition(":")[2].strip()).isdigit() else SASL_SCRAM_PORT
        for server in bootstrap_servers.split(",")
    }
    if len(ports) > 1:
        raise ValueError(f"bootstrap servers '{bootstrap_servers}' name several ports; expected the same on each")
    return ports.pop()


def _fingerprint(text: str) -> str:
    """A number of 31 bits that changes with the text and does not lead back to it."""
    return str(int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1)
