"""Bridge from the client's Kafka to the event stream: containers that read, check and write on, at least once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from ..contracts import EventStream, Metric, Network, Platform, QuotaNeed, TokenKey
from ..hardened.addresses import reach_addresses
from ..hardened.containers import Container, Fleet, hosting, run, stream_environment, token_keyring
from ..hardened.identity import allow, statement
from ..hardened.monitoring import alarm
from ..hardened.queues import kept_queue, waiting
from ..hardened.quotas import fargate_vcpus
from ..hardened.secrets import close_secret, fingerprint

SASL_SCRAM_PORT = 9096
"""Port of SASL/SCRAM listeners on Amazon MSK, taken where the bootstrap servers name none."""


@dataclass(frozen=True, kw_only=True)
class KafkaBridgeArgs:
    """`source` is the id of the client's Kafka, `bootstrap_servers` its brokers as `host:port,host:port`.

    `broker_cidrs` are the ranges that all of its brokers lie in; new ones are added at the end. `ca_bundle` is the PEM
    of what signed the brokers' certificates. `partition_entity` is the entity whose token orders the records.
    `lag_alarm_records` is how far the bridge may fall behind. With `token_key` card numbers become tokens before
    anything is written; without it a record that holds one is refused, and not kept. Without `image_digest`
    (`sha256:...`) nothing runs yet.
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
    tasks: int
    max_tasks: int
    lag_alarm_records: int
    token_key: TokenKey | None = None
    image_digest: str | None = None


class KafkaBridge(pulumi.ComponentResource):
    """Reads one topic of the client's Kafka over SASL/SCRAM and writes each valid record to the event stream."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    quotas: Sequence[QuotaNeed]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: KafkaBridgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:KafkaBridge", name, None, opts)
        self._name = name
        self._args = args
        self._hosting = hosting(name, args.platform, args.network, self)
        self._secret, self._secret_version = self._credentials()
        self._dead_letters = kept_queue(
            f"{name}-dead-letters", args.platform, self, key_arn=args.platform.keys.messages
        )
        self._permissions = [
            *self._grant_source(),
            self._grant_dead_letters(),
            *args.destination.grant_write(self._hosting.workload),
            *self._grant_token_key(),
        ]
        self.quotas = [fargate_vcpus(2 * args.max_tasks)]
        self.metrics = self._metrics()
        self.alarms = self._alarms()
        if args.image_digest is not None:
            self._go_live(args.image_digest)
        self.repository_url = self._hosting.repository.repository_url
        self.dead_letter_queue_url = self._dead_letters.url
        self.register_outputs(
            {"repository_url": self.repository_url, "dead_letter_queue_url": self.dead_letter_queue_url}
        )

    def _credentials(self) -> tuple[aws.secretsmanager.Secret, aws.secretsmanager.SecretVersion]:
        platform = self._args.platform
        secret = aws.secretsmanager.Secret(
            f"{self._name}-source",
            description=f"Login of {self._name} at the Kafka of {self._args.source}",
            kms_key_id=platform.keys.secrets,
            recovery_window_in_days=30 if platform.protected else 0,
            opts=pulumi.ResourceOptions(parent=self),
        )
        closed = close_secret(f"{self._name}-source", secret, platform, self)
        login = pulumi.Output.json_dumps({"username": self._args.username, "password": self._args.password})
        version = aws.secretsmanager.SecretVersion(
            f"{self._name}-source",
            secret_id=secret.id,
            secret_string_wo=login,
            # AWS never gives a write-only value back: this number alone tells that the login has changed.
            secret_string_wo_version=login.apply(fingerprint),
            # A new version instead of an update gives a new version id, and with it tasks that read the new login.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[closed], replace_on_changes=["secretStringWoVersion"]),
        )
        return secret, version

    def _grant_source(self) -> Sequence[pulumi.Resource]:
        """The login, for ECS to hand over, and the way to the brokers."""
        name = f"{self._name}-reads-{self._args.source}"
        return [
            allow(
                name,
                self._hosting.agent,
                [
                    statement(["secretsmanager:GetSecretValue"], [self._secret.arn]),
                    statement(
                        ["kms:Decrypt"],
                        [self._args.platform.keys.secrets],
                        {
                            "StringEquals": {
                                "kms:ViaService": f"secretsmanager.{self._args.platform.region}.amazonaws.com"
                            }
                        },
                    ),
                ],
            ),
            *reach_addresses(
                name,
                self,
                self._hosting.security_group_id,
                self._args.broker_cidrs,
                broker_port(self._args.bootstrap_servers),
                description=f"{self._name} to the brokers of {self._args.source}",
            ),
        ]

    def _grant_token_key(self) -> Sequence[pulumi.Resource]:
        """The keyring, for ECS to hand over at start: the running container never calls Secrets Manager."""
        if self._args.token_key is None:
            return []
        return self._args.token_key.grant_use(replace(self._hosting.agent, name=self._name))

    def _grant_dead_letters(self) -> pulumi.Resource:
        return allow(
            f"{self._name}-dead-letters",
            self._hosting.workload,
            [
                statement(["sqs:SendMessage"], [self._dead_letters.arn]),
                # SQS asks for a data key to encrypt with and decrypts it again when it reuses it.
                statement(["kms:GenerateDataKey", "kms:Decrypt"], [self._args.platform.keys.messages]),
            ],
        )

    def _go_live(self, image_digest: str) -> None:
        args = self._args
        running = run(
            self._name,
            self._hosting,
            Container(
                image_digest=image_digest,
                cpu=1024,
                memory=2048,
                environment=self._environment(),
                # Pinned to the version: a changed login starts new tasks, which a running one would never read.
                secrets={
                    "SOURCE_CREDENTIALS": pulumi.Output.concat(
                        self._secret.arn, ":::", self._secret_version.version_id
                    ),
                    **token_keyring(args.token_key),
                },
                health_command=["python", "-m", "service_process.heartbeat"],
            ),
            Fleet(
                tasks=args.tasks,
                max_tasks=args.max_tasks,
                depends_on=self._permissions,
            ),
            args.platform,
            args.network,
        )
        self.alarms = [*self.alarms, *running.alarms]
        self.metrics = [*self.metrics, *running.metrics]

    def _environment(self) -> Mapping[str, pulumi.Input[str]]:
        args = self._args
        return {
            "AWS_REGION": args.platform.region,
            "PROJECT": args.platform.name,
            "COMPONENT": self._name,
            "SOURCE_BOOTSTRAP": args.bootstrap_servers,
            "SOURCE_TOPIC": args.topic,
            "SOURCE_GROUP": f"{args.platform.name}-{self._name}",
            "SOURCE_CA_PEM": args.ca_bundle,
            "DEAD_LETTER_QUEUE_URL": self._dead_letters.url,
            "PARTITION_ENTITY": args.partition_entity,
            "LOG_LEVEL": "INFO",
            # The heartbeat is the one file that it writes, and with a read-only root this is the one place for it.
            "TMPDIR": "/dev/shm",
            **stream_environment(args.destination.connection),
        }

    def _own_metric(self, title: str, metric: str, statistic: str = "Sum") -> Metric:
        return Metric(
            title=f"{self._name}: {title}",
            namespace=f"archgen/{self._args.platform.name}",
            name=metric,
            statistic=statistic,
            dimensions={"Component": self._name},
        )

    def _metrics(self) -> Sequence[Metric]:
        return [
            # Each task reports the lag of its own partitions once a minute: their sum is the lag of the topic.
            self._own_metric("records behind", "ConsumerLag"),
            self._own_metric("records forwarded", "RecordsForwarded"),
            self._own_metric("refused by the stream", "WriteFailures"),
            waiting(self._name, "dead letters", self._dead_letters),
        ]

    def _alarms(self) -> Sequence[aws.cloudwatch.MetricAlarm]:
        platform, source = self._args.platform, self._args.source
        lag, forwarded, refused, dead_letters = self.metrics
        return [
            alarm(
                f"{self._name}-lag",
                lag,
                f"More than {self._args.lag_alarm_records} records of {source} wait to be read, features grow stale: "
                "with write failures the stream throttles, without them it needs tasks or the topic partitions.",
                self._args.lag_alarm_records,
                platform,
                self,
                periods=5,
            ),
            alarm(
                f"{self._name}-silent",
                forwarded,
                f"No record of {source} was forwarded for 10 minutes: ask its owners whether they publish, then read "
                "the bridge's log for a refused login or an unreachable broker.",
                1,
                platform,
                self,
                comparison="LessThanThreshold",
                periods=10,
            ),
            alarm(
                f"{self._name}-write-failures",
                refused,
                "The event stream refuses records; none is lost, the bridge repeats them and reads no further. Look "
                "for throttling of the stream and for a permission that was taken away.",
                0,
                platform,
                self,
                periods=5,
            ),
            alarm(
                f"{self._name}-dead-letters",
                dead_letters,
                f"Records of {source} that are no valid events lie in the dead-letter queue. Their attributes say why; "
                "SQS keeps them for 14 days.",
                0,
                platform,
                self,
                periods=1,
            ),
        ]


def broker_port(bootstrap_servers: str) -> int:
    """The one port of `host:port,host:port`, 9096 where none is named.

    Raises `ValueError` where the servers name several: one rule per range opens one port.
    """
    ports = {
        int(port) if (port := server.rpartition(":")[2].strip()).isdigit() else SASL_SCRAM_PORT
        for server in bootstrap_servers.split(",")
    }
    if len(ports) > 1:
        raise ValueError(f"bootstrap servers '{bootstrap_servers}' name several ports; expected the same on each")
    return ports.pop()
