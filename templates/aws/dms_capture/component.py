"""Change capture with DMS Serverless: a database's tables once, then every change of them, as Parquet in the lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Network, ObjectStore, Platform, Workload
from ..hardened.addresses import reach_addresses
from ..hardened.connections import reach_aws, security_group
from ..hardened.identity import allow, service_role, statement
from ..hardened.monitoring import alarm
from ..hardened.secrets import client_secret, may_read

ENGINES = {
    "oracle": ("oracle", "verify-ca"),
    "postgres": ("postgres", "verify-full"),
    "sql-server": ("sqlserver", "verify-full"),
}
"""System -> DMS's name of the engine, and the strictest check of its certificate that DMS offers."""
LATE_SECONDS = 900
CHANGED_AT = "changed_at"


@dataclass(frozen=True, kw_only=True)
class DmsCaptureArgs:
    """`source` is the id of the database and `system` its kind (`oracle`, `postgres`, `sql-server`).

    `tables` are written `SCHEMA.TABLE`. `certificate` is what the database's certificate is checked by: PEM, or for
    Oracle its wallet (cwallet.sso) in base64. `address_ranges` are those of its hosts, new ones at the end. Capacity
    units have 2 GB each. Until `started` nothing is read: the full load is work for the source, and begins when its
    owners agree.
    """

    platform: Platform
    network: Network
    destination: ObjectStore
    source: str
    system: str
    host: str
    port: int
    database: str
    username: pulumi.Input[str]
    password: pulumi.Input[str]
    certificate: pulumi.Input[str]
    tables: Sequence[str]
    address_ranges: Sequence[str]
    min_capacity_units: int
    max_capacity_units: int
    started: bool


class DmsCapture(pulumi.ComponentResource):
    """Writes `<name>/<schema>/<table>/`: the full load, and by date each change with its `Op` and `changed_at`."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: DmsCaptureArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:DmsCapture", name, None, opts)
        self._name, self._args = name, args
        self._prefix = f"{args.platform.name}-{name}"
        self._child = pulumi.ResourceOptions(parent=self)
        self._group = security_group(name, args.network, f"Change capture of {args.source}", self)
        source, reading = self._source()
        target, writing = self._target()
        replication = self._replication(source, target, [*reading, *writing])
        failed, failures = self._failed(replication)
        self.alarms, self.metrics = [*self._lateness(), failed], [failures]
        self.replication_arn = replication.arn
        self.register_outputs({"replication_arn": self.replication_arn})

    def _source(self) -> tuple[aws.dms.Endpoint, Sequence[pulumi.Resource]]:
        args, platform = self._args, self._args.platform
        engine, check = ENGINES[args.system]
        secret = client_secret(
            f"{self._name}-source",
            f"Login of {self._name} at {args.source}",
            {"username": args.username, "password": args.password, "host": args.host, "port": str(args.port)},
            platform,
            self,
        )
        # DMS reads secrets as the principal of its Region, and as no other.
        role = service_role(f"{self._name}-login", f"dms.{platform.region}.amazonaws.com", platform, self)
        reader = Workload(name=f"{self._name}-login", component=self, role=role, security_group_id=self._group.id)
        name = f"{self._name}-reads-{args.source}"
        granted = [
            allow(name, reader, may_read(secret, platform)),
            *reach_addresses(
                name,
                self,
                self._group.id,
                args.address_ranges,
                args.port,
                description=f"{self._name} to {args.source}",
            ),
            secret.version,
        ]
        endpoint = aws.dms.Endpoint(
            f"{self._name}-source",
            endpoint_id=f"{self._prefix}-source",
            endpoint_type="source",
            engine_name=engine,
            database_name=args.database,
            ssl_mode=check,
            certificate_arn=self._certificate().certificate_arn,
            secrets_manager_arn=secret.arn,
            secrets_manager_access_role_arn=role.arn,
            kms_key_arn=platform.keys.secrets,
            # A value that was cut would be learnt as if it were whole.
            oracle_settings=aws.dms.EndpointOracleSettingsArgs(fail_task_on_lob_truncation=True)
            if args.system == "oracle"
            else None,
            # Without its heartbeat an idle database keeps its log for the slot until the disk is full.
            postgres_settings=aws.dms.EndpointPostgresSettingsArgs(
                fail_tasks_on_lob_truncation=True, heartbeat_enable=True
            )
            if args.system == "postgres"
            else None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=granted),
        )
        return endpoint, granted

    def _certificate(self) -> aws.dms.Certificate:
        oracle = self._args.system == "oracle"
        return aws.dms.Certificate(
            f"{self._name}-source",
            certificate_id=f"{self._prefix}-source",
            certificate_wallet=self._args.certificate if oracle else None,
            certificate_pem=None if oracle else self._args.certificate,
            opts=self._child,
        )

    def _target(self) -> tuple[aws.dms.S3Endpoint, Sequence[pulumi.Resource]]:
        args, platform = self._args, self._args.platform
        role = service_role(self._name, "dms.amazonaws.com", platform, self)
        writer = Workload(name=self._name, component=self, role=role, security_group_id=self._group.id)
        bucket = args.destination.bucket_arn
        granted = [
            *args.destination.grant_write(writer, self._name),
            *reach_aws(writer, args.network),
            # DMS tries the target when it starts: it writes, lists and removes an object of its own.
            allow(
                f"{self._name}-commits",
                writer,
                [
                    statement(["s3:GetBucketLocation"], [bucket]),
                    statement(
                        ["s3:ListBucket"],
                        [bucket],
                        {"StringLike": {"s3:prefix": ["", self._name, f"{self._name}/*"]}},
                    ),
                    statement(["s3:DeleteObject"], [pulumi.Output.concat(bucket, f"/{self._name}/*")]),
                ],
            ),
        ]
        endpoint = aws.dms.S3Endpoint(
            f"{self._name}-target",
            endpoint_id=f"{self._prefix}-target",
            endpoint_type="target",
            bucket_name=args.destination.bucket_name,
            bucket_folder=self._name,
            service_access_role_arn=role.arn,
            expected_bucket_owner=platform.account_id,
            encryption_mode="SSE_KMS",
            server_side_encryption_kms_key_id=platform.keys.data,
            data_format="parquet",
            parquet_version="parquet-2-0",
            parquet_timestamp_in_millisecond=True,
            # Which column a state is joined by: the moment of the commit, also in the full load.
            timestamp_column_name=CHANGED_AT,
            include_op_for_full_load=True,
            date_partition_enabled=True,
            cdc_max_batch_interval=60,
            opts=pulumi.ResourceOptions(parent=self, depends_on=granted),
        )
        return endpoint, granted

    def _replication(
        self, source: aws.dms.Endpoint, target: aws.dms.S3Endpoint, depends_on: Sequence[pulumi.Resource]
    ) -> aws.dms.ReplicationConfig:
        args, platform = self._args, self._args.platform
        subnets = aws.dms.ReplicationSubnetGroup(
            self._name,
            replication_subnet_group_id=self._prefix,
            replication_subnet_group_description=f"Change capture of {args.source}",
            subnet_ids=list(args.network.app_subnet_ids),
            opts=self._child,
        )
        return aws.dms.ReplicationConfig(
            self._name,
            replication_config_identifier=self._prefix,
            replication_type="full-load-and-cdc",
            source_endpoint_arn=source.endpoint_arn,
            target_endpoint_arn=target.endpoint_arn,
            table_mappings=pulumi.Output.json_dumps({"rules": _selected(args.tables)}),
            replication_settings=pulumi.Output.json_dumps(_settings()),
            start_replication=args.started,
            compute_config=aws.dms.ReplicationConfigComputeConfigArgs(
                replication_subnet_group_id=subnets.replication_subnet_group_id,
                vpc_security_group_ids=[self._group.id],
                kms_key_id=platform.keys.data,
                min_capacity_units=args.min_capacity_units,
                max_capacity_units=args.max_capacity_units,
                # A single one begins anew after a lost zone, and the source's log may not reach back that far.
                multi_az=platform.protected,
            ),
            # A role policy is no part of the role's ARN: DMS tries both ends before it starts.
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(depends_on)),
        )

    def _lateness(self) -> Sequence[aws.cloudwatch.MetricAlarm]:
        late = f"more than {LATE_SECONDS // 60} minutes"
        return [
            self._late(
                "source",
                "CDCLatencySource",
                f"Changes of {self._args.source} are read {late} late. Look at the load of the database and whether "
                "its log is still there; then at the capacity of the replication.",
            ),
            self._late(
                "target",
                "CDCLatencyTarget",
                f"Changes of {self._args.source} reach the lake {late} late. With a source that is on time, the "
                "replication lacks capacity: raise its maximum.",
            ),
        ]

    def _late(self, part: str, metric: str, description: str) -> aws.cloudwatch.MetricAlarm:
        """An alarm over all replications of the account and Region: DMS documents no dimension of serverless ones, and
        an alarm on a wrong one stays green for ever."""
        query = f'SELECT MAX({metric}) FROM "AWS/DMS"'
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-late-{part}",
            alarm_description=description,
            metric_queries=[
                aws.cloudwatch.MetricAlarmMetricQueryArgs(id="latency", expression=query, period=300, return_data=True)
            ],
            comparison_operator="GreaterThanThreshold",
            threshold=LATE_SECONDS,
            evaluation_periods=3,
            datapoints_to_alarm=3,
            # A replication that runs says how late it is, each minute. Silence is a replication that has stopped.
            treat_missing_data="breaching" if self._args.started else "notBreaching",
            alarm_actions=[self._args.platform.alarm_topic_arn],
            ok_actions=[self._args.platform.alarm_topic_arn],
            opts=self._child,
        )

    def _failed(self, replication: aws.dms.ReplicationConfig) -> tuple[aws.cloudwatch.MetricAlarm, Metric]:
        pattern: Mapping[str, Any] = {
            "source": ["aws.dms"],
            "resources": [replication.arn],
            "detail": {"category": [{"equals-ignore-case": "failure"}]},
        }
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-failed",
            description=f"The replication of {self._args.source} failed",
            event_pattern=pulumi.Output.json_dumps(pattern),
            opts=self._child,
        )
        failures = Metric(
            title=f"{self._name}: failures",
            namespace="AWS/Events",
            name="TriggeredRules",
            statistic="Sum",
            dimensions={"RuleName": rule.name},
            period_seconds=300,
        )
        advice = (
            f"The replication of {self._args.source} failed; its last message (describe-replications) says why. Resume "
            "it before the source drops its log: after that only a new full load helps."
        )
        return alarm(f"{self._name}-failed", failures, advice, 0, self._args.platform, self, periods=1), failures


def _selected(tables: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """A rule per table. Raises `ValueError` for none, or for one without its schema."""
    rules = []
    for number, table in enumerate(tables, start=1):
        schema, dot, name = table.partition(".")
        if not (schema and dot and name) or "%" in table:
            raise ValueError(f"'{table}' is no table; expected SCHEMA.TABLE, without a wildcard")
        rules.append(
            {
                "rule-type": "selection",
                "rule-id": str(number),
                "rule-name": str(number),
                "object-locator": {"schema-name": schema, "table-name": name},
                "rule-action": "include",
            }
        )
    if not rules:
        raise ValueError("no table is selected; expected at least one, such as BANK.CARDS")
    return rules


def _settings() -> Mapping[str, Any]:
    return {
        # The log group is made by DMS, under no key and for ever, and an error can quote a row: off.
        "Logging": {"EnableLogging": False},
        "ErrorBehavior": {
            # Stop rather than leave out: a missing row is found by nobody.
            "DataErrorPolicy": "STOP_TASK",
            "TableErrorPolicy": "STOP_TASK",
            "RecoverableErrorCount": -1,
        },
    }
