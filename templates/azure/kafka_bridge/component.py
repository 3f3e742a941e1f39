"""Bridge from the client's Kafka to the event stream: containers that read, check and write on, at least once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from ..contracts import Alert, EventStream, Metric, Network, Platform
from ..hardened.addresses import reach_addresses
from ..hardened.containers import Container, Fleet, app_name, hosting, run
from ..hardened.identity import BLOB_DATA_CONTRIBUTOR, KEY_VAULT_SECRETS_USER, allow
from ..hardened.log_metrics import line_query
from ..hardened.monitoring import log_alert

SASL_SCRAM_PORT = 9096
"""Port of SASL/SCRAM listeners where the bootstrap servers name none."""


@dataclass(frozen=True, kw_only=True)
class KafkaBridgeArgs:
    """`source` is the id of the client's Kafka, `bootstrap_servers` its brokers as `host:port,host:port`.

    `broker_cidrs` are the ranges that all of its brokers lie in. `ca_bundle` is the PEM of what signed the brokers'
    certificates. `partition_entity` is the entity whose token orders the records. `lag_alarm_records` is how far the
    bridge may fall behind. Without `image_digest` (`sha256:...`) nothing runs yet.
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
    replicas: int
    max_replicas: int
    lag_alarm_records: int
    image_digest: str | None = None


class KafkaBridge(pulumi.ComponentResource):
    """Reads one topic of the client's Kafka over SASL/SCRAM and writes each valid record to the event stream."""

    alerts: Sequence[Alert]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: KafkaBridgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:KafkaBridge", name, None, opts)
        self._name = name
        self._args = args
        platform = args.platform
        self._hosting = hosting(name, platform, args.network, self)
        self._login = self._make_login()
        who = self._hosting.workload
        permissions = [
            reach_addresses(
                f"{name}-reads-{args.source}",
                self,
                self._hosting.subnet,
                args.broker_cidrs,
                broker_port(args.bootstrap_servers),
                platform,
            ),
            allow(f"{name}-reads-login", who, KEY_VAULT_SECRETS_USER, self._login.id, platform),
            allow(
                f"{name}-keeps-dead-letters", who, BLOB_DATA_CONTRIBUTOR, platform.artefacts.dead_letters_id, platform
            ),
            *args.destination.grant_write(who),
        ]
        self.alerts = self._make_alerts()
        self.metrics = []
        if args.image_digest is not None:
            self._go_live(args.image_digest, permissions)
        self.register_outputs({"client_id": who.client_id})

    def _make_login(self) -> azure.keyvault.Secret:
        platform = self._args.platform
        return azure.keyvault.Secret(
            f"{self._name}-source",
            resource_group_name=platform.resource_group,
            vault_name=platform.keys.vault_name,
            secret_name=f"{self._name}-source",
            properties=azure.keyvault.SecretPropertiesArgs(
                value=pulumi.Output.json_dumps({"username": self._args.username, "password": self._args.password}),
                content_type="application/json",
            ),
            tags=platform.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _go_live(self, image_digest: str, permissions: Sequence[pulumi.Resource]) -> None:
        args = self._args
        running = run(
            self._name,
            self._hosting,
            Container(
                image_digest=image_digest,
                cpu=1,
                environment=self._environment(),
                # With its version: a changed login makes a new revision, which a running replica would never read.
                secrets={
                    "SOURCE_CREDENTIALS": self._login.properties.apply(lambda found: found.secret_uri_with_version)
                },
            ),
            Fleet(replicas=args.replicas, max_replicas=args.max_replicas, depends_on=permissions),
            args.platform,
        )
        self.alerts = [*self.alerts, *running.alerts]
        self.metrics = running.metrics

    def _environment(self) -> Mapping[str, pulumi.Input[str]]:
        args, stream = self._args, self._args.destination.connection
        return {
            "PROJECT": args.platform.name,
            "COMPONENT": self._name,
            "SOURCE_BOOTSTRAP": args.bootstrap_servers,
            "SOURCE_TOPIC": args.topic,
            "SOURCE_GROUP": f"{args.platform.name}-{self._name}",
            "SOURCE_CA_PEM": args.ca_bundle,
            "STREAM_BOOTSTRAP": stream.bootstrap_servers,
            "STREAM_TOPIC": stream.hub,
            "DEAD_LETTERS_URL": pulumi.Output.concat(
                args.platform.artefacts.blob_url, args.platform.artefacts.dead_letters_container, f"/{self._name}"
            ),
            "PARTITION_ENTITY": args.partition_entity,
            "LOG_LEVEL": "INFO",
        }

    def _make_alerts(self) -> Sequence[Alert]:
        source, lag = self._args.source, self._args.lag_alarm_records

        def own(part: str, query: str, advice: str, window: str = "PT5M", empty: bool = False) -> Alert:
            return log_alert(
                f"{self._name}-{part}",
                query,
                advice,
                self._args.platform,
                self,
                window=window,
                fires_when_empty=empty,
            )

        app = app_name(self._name)
        return [
            own(
                "lag",
                line_query("ContainerAppConsoleLogs", app, "ConsumerLag", "latest", lag),
                f"More than {lag} records of {source} wait to be read, features grow stale: with write failures the"
                " stream throttles, without them it needs replicas or the topic partitions.",
            ),
            own(
                "silent",
                line_query("ContainerAppConsoleLogs", app, "RecordsForwarded", "sum", 0),
                f"No record of {source} was forwarded for 10 minutes: ask its owners whether they publish, then read"
                " the bridge's log for a refused login or an unreachable broker.",
                window="PT10M",
                empty=True,
            ),
            own(
                "write-failures",
                line_query("ContainerAppConsoleLogs", app, "WriteFailures", "sum", 0),
                "The event stream refuses records; none is lost, the bridge repeats them and reads no further. Look"
                " for throttling of the stream and for a role that was taken away.",
            ),
            own(
                "dead-letters",
                line_query("ContainerAppConsoleLogs", app, "RecordsDeadLettered", "sum", 0),
                f"Records of {source} that are no valid events lie in the container dead-letters, below {self._name}/;"
                " they are deleted after 14 days.",
            ),
        ]


def broker_port(bootstrap_servers: str) -> int:
    """The one port of `host:port,host:port`, 9096 where none is named.

    Raises `ValueError` where the servers name several: the rule towards them opens one port.
    """
    ports = {
        int(port) if (port := server.rpartition(":")[2].strip()).isdigit() else SASL_SCRAM_PORT
        for server in bootstrap_servers.split(",")
    }
    if len(ports) > 1:
        raise ValueError(f"bootstrap servers '{bootstrap_servers}' name several ports; expected the same on each")
    return ports.pop()
