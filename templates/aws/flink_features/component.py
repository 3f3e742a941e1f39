"""Streaming features on Managed Service for Apache Flink: reads events, keeps windows, writes where scoring reads.

The job's code lies in `app/`. Until its package is uploaded the component is the role, the path and the logs alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

import pulumi
import pulumi_aws as aws

from ..contracts import (
    EventStream,
    KafkaConnection,
    KinesisConnection,
    Metric,
    Network,
    OnlineFeatures,
    Platform,
    StreamConnection,
    Workload,
)
from ..hardened.connections import reach_aws, security_group
from ..hardened.identity import allow, service_role, statement
from ..hardened.monitoring import alarm, log_group

RUNTIME = "FLINK-1_20"
MAIN = "main.py"
JAR = "lib/pyflink-dependencies.jar"
LIBRARIES = "dep/"
"""Where the package holds the job's code, its connectors and its Python libraries; see `app/package.py`."""

CHECKPOINT_MS = 60_000

flink = aws.kinesisanalyticsv2


@dataclass(frozen=True, kw_only=True)
class FlinkFeaturesArgs:
    platform: Platform
    network: Network
    source: EventStream
    online: OnlineFeatures
    entities: Sequence[str]
    """What features are kept for, each a key of `entities` in an event."""
    parallelism: int
    """Slots; each is one KPU (1 vCPU, 4 GB), and one more KPU orchestrates them."""
    freshness_seconds: float
    """Age that a feature may have."""
    lag_records: int
    """Records that arrive within that age at peak: a reader that is further behind is late."""
    code_key: str | None = None
    """Object in the artefacts bucket, below `<name>/`. None until the job is packaged: then there is no job yet."""


class FlinkFeatures(pulumi.ComponentResource):
    """One Flink application, its role, its logs and what an on-call engineer watches. Raises `ValueError` for a code
    key outside its own prefix."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: FlinkFeaturesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:FlinkFeatures", name, None, opts)
        self._name, self._platform = name, args.platform
        role = service_role(name, "kinesisanalytics.amazonaws.com", args.platform, self)
        self._group = security_group(name, args.network, "Feature job", self)
        workload = Workload(name=name, component=self, role=role, security_group_id=self._group.id)
        self._logs = aws.cloudwatch.LogStream(
            name,
            log_group_name=log_group(
                name, f"/aws/kinesis-analytics/{args.platform.name}-{name}", args.platform, self
            ).name,
            name="application",
            opts=pulumi.ResourceOptions(parent=self),
        )
        granted = [
            *args.source.grant_read(workload),
            *args.online.grant_write(workload),
            *reach_aws(workload, args.network),
            self._allow_service(workload, args),
        ]
        self.alarms, self.metrics = [], []
        if args.code_key is not None:
            self._go_live(args, args.code_key, role, granted)
        self.register_outputs({})

    def _allow_service(self, workload: Workload, args: FlinkFeaturesArgs) -> aws.iam.RolePolicy:
        """What the service does in the job's name: fetch its own code, write its own log, stand in the subnets."""
        platform = args.platform
        code = pulumi.Output.concat(_bucket_arn(platform), f"/{self._name}/*")
        groups = pulumi.Output.format("arn:aws:logs:{0}:{1}:log-group:*", platform.region, platform.account_id)
        return allow(
            f"{self._name}-service",
            workload,
            [
                statement(["s3:GetObject", "s3:GetObjectVersion"], [code]),
                statement(
                    ["kms:Decrypt"],
                    [platform.keys.data],
                    {"StringEquals": {"kms:ViaService": f"s3.{platform.region}.amazonaws.com"}},
                ),
                # The service lists the groups and streams before it writes; only its own stream can be written to.
                statement(["logs:DescribeLogGroups", "logs:DescribeLogStreams"], [groups]),
                statement(["logs:PutLogEvents"], [self._logs.arn]),
                *_network_interfaces(platform, args.network, self._group),
            ],
        )

    def _go_live(
        self, args: FlinkFeaturesArgs, code_key: str, role: aws.iam.Role, granted: Sequence[pulumi.Resource]
    ) -> None:
        if not code_key.startswith(f"{self._name}/"):
            raise ValueError(f"{self._name}: code key '{code_key}' found, expected one that starts with {self._name}/")
        application = flink.Application(
            self._name,
            description="Streaming features",
            runtime_environment=RUNTIME,
            service_execution_role=role.arn,
            start_application=True,
            application_configuration=self._configuration(args, code_key),
            cloudwatch_logging_options=flink.ApplicationCloudwatchLoggingOptionsArgs(log_stream_arn=self._logs.arn),
            # A role policy is no part of the role's ARN: without this the job starts before it may read.
            opts=pulumi.ResourceOptions(parent=self, depends_on=granted),
        )
        watched = _Watched(application.name, args.source.connection)
        self.metrics = watched.metrics
        self.alarms = self._alarms(watched, args)

    def _configuration(self, args: FlinkFeaturesArgs, code_key: str) -> flink.ApplicationApplicationConfigurationArgs:
        return flink.ApplicationApplicationConfigurationArgs(
            application_code_configuration=_code(args.platform, code_key),
            # Checkpoints and snapshots hold the windows of every entity: under the client's key, like the stream.
            application_encryption_configuration=flink.ApplicationApplicationConfigurationApplicationEncryptionConfigurationArgs(
                key_type="CUSTOMER_MANAGED_KEY", key_id=args.platform.keys.data
            ),
            # A deployment restores the windows from the snapshot that stopping the old version took.
            application_snapshot_configuration=flink.ApplicationApplicationConfigurationApplicationSnapshotConfigurationArgs(
                snapshots_enabled=True
            ),
            run_configuration=flink.ApplicationApplicationConfigurationRunConfigurationArgs(
                application_restore_configuration=flink.ApplicationApplicationConfigurationRunConfigurationApplicationRestoreConfigurationArgs(
                    application_restore_type="RESTORE_FROM_LATEST_SNAPSHOT"
                )
            ),
            environment_properties=flink.ApplicationApplicationConfigurationEnvironmentPropertiesArgs(
                property_groups=_properties(args)
            ),
            flink_application_configuration=_running(args.parallelism),
            vpc_configuration=flink.ApplicationApplicationConfigurationVpcConfigurationArgs(
                subnet_ids=args.network.app_subnet_ids, security_group_ids=[self._group.id]
            ),
        )

    def _alarms(self, watched: _Watched, args: FlinkFeaturesArgs) -> Sequence[aws.cloudwatch.MetricAlarm]:
        late, most = {
            "time": (f"{args.freshness_seconds:g} s", args.freshness_seconds * 1000),
            "records": (f"{args.lag_records:,} records", float(args.lag_records)),
        }[watched.lag_unit]
        parts: Sequence[tuple[str, Metric, float, str]] = (
            (
                "downtime",
                watched.downtime,
                0,
                "The feature job is down and features grow stale. The log's last exception names the cause. It "
                "restarts by itself from its last checkpoint.",
            ),
            (
                "checkpoint-duration",
                watched.checkpoint_duration,
                CHECKPOINT_MS / 2,
                "Checkpoints take half their interval. Look at back-pressure from the online features, then raise the "
                "parallelism.",
            ),
            ("cpu", watched.cpu, 75, "The feature job runs hot. Raise its parallelism before it falls behind."),
            (
                "lag",
                watched.lag,
                most,
                f"The feature job is more than {late} behind and features are older than allowed. Look at its CPU, its "
                "restarts and the latency of the online features.",
            ),
        )
        restarts = "The feature job keeps restarting. Look for the exception in its log."
        checkpoints = "Checkpoints fail: a restart now replays more events. Look at back-pressure and the state's size."
        return [
            *(alarm(f"{self._name}-{part}", of, text, at, self._platform, self) for part, of, at, text in parts),
            self._rising("restarts", watched.restarts, restarts),
            self._rising("checkpoints", watched.failed_checkpoints, checkpoints),
        ]

    def _rising(self, part: str, counter: Metric, description: str) -> aws.cloudwatch.MetricAlarm:
        """An alarm on a counter that never falls while the job runs: on its value it would stay red for ever."""
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-{part}",
            alarm_description=description,
            metric_queries=[
                aws.cloudwatch.MetricAlarmMetricQueryArgs(id="rate", expression="RATE(counter)", return_data=True),
                aws.cloudwatch.MetricAlarmMetricQueryArgs(
                    id="counter",
                    metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                        namespace=counter.namespace,
                        metric_name=counter.name,
                        dimensions=counter.dimensions,
                        stat=counter.statistic,
                        period=counter.period_seconds,
                    ),
                ),
            ],
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            # Once is life (a lost node); twice within a quarter of an hour is a fault.
            evaluation_periods=15,
            datapoints_to_alarm=2,
            treat_missing_data="notBreaching",
            alarm_actions=[self._platform.alarm_topic_arn],
            ok_actions=[self._platform.alarm_topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )


class _Watched:
    """The metrics of one application."""

    def __init__(self, application: pulumi.Output[str], connection: StreamConnection) -> None:
        def metric(title: str, name: str, statistic: str = "Maximum") -> Metric:
            dimensions = {"Application": application}
            return Metric(
                title=title, namespace="AWS/KinesisAnalytics", name=name, statistic=statistic, dimensions=dimensions
            )

        self.downtime = metric("Downtime (ms)", "downtime")
        self.restarts = metric("Restarts", "fullRestarts")
        self.failed_checkpoints = metric("Failed checkpoints", "numberOfFailedCheckpoints")
        self.checkpoint_duration = metric("Duration of the last checkpoint (ms)", "lastCheckpointDuration")
        self.cpu = metric("CPU (%)", "containerCPUUtilization", "Average")
        match connection:
            case KinesisConnection():
                # Flink's own millisBehindLatest has dimensions that differ between versions of the connector, and an
                # alarm on the wrong ones stays green for ever. The stream itself measures the same at its readers.
                self.lag_unit = "time"
                self.lag = Metric(
                    title="Age of the records being read (ms)",
                    namespace="AWS/Kinesis",
                    name="GetRecords.IteratorAgeMilliseconds",
                    statistic="Average",
                    dimensions={"StreamName": connection.stream_name},
                )
            case KafkaConnection():
                self.lag_unit = "records"
                self.lag = metric("Records behind", "records_lag_max")
            case _:
                assert_never(connection)

    @property
    def metrics(self) -> Sequence[Metric]:
        return [
            self.lag,
            self.cpu,
            self.checkpoint_duration,
            self.failed_checkpoints,
            self.restarts,
            self.downtime,
        ]


def _bucket_arn(platform: Platform) -> pulumi.Output[str]:
    return pulumi.Output.concat("arn:aws:s3:::", platform.artefacts_bucket)


def _code(
    platform: Platform, code_key: str
) -> flink.ApplicationApplicationConfigurationApplicationCodeConfigurationArgs:
    return flink.ApplicationApplicationConfigurationApplicationCodeConfigurationArgs(
        code_content_type="ZIPFILE",
        code_content=flink.ApplicationApplicationConfigurationApplicationCodeConfigurationCodeContentArgs(
            s3_content_location=flink.ApplicationApplicationConfigurationApplicationCodeConfigurationCodeContentS3ContentLocationArgs(
                bucket_arn=_bucket_arn(platform), file_key=code_key
            )
        ),
    )


def _running(parallelism: int) -> flink.ApplicationApplicationConfigurationFlinkApplicationConfigurationArgs:
    return flink.ApplicationApplicationConfigurationFlinkApplicationConfigurationArgs(
        checkpoint_configuration=flink.ApplicationApplicationConfigurationFlinkApplicationConfigurationCheckpointConfigurationArgs(
            configuration_type="CUSTOM",
            checkpointing_enabled=True,
            checkpoint_interval=CHECKPOINT_MS,
            min_pause_between_checkpoints=5_000,
        ),
        monitoring_configuration=flink.ApplicationApplicationConfigurationFlinkApplicationConfigurationMonitoringConfigurationArgs(
            configuration_type="CUSTOM", log_level="INFO", metrics_level="APPLICATION"
        ),
        parallelism_configuration=flink.ApplicationApplicationConfigurationFlinkApplicationConfigurationParallelismConfigurationArgs(
            configuration_type="CUSTOM",
            # Scaling restarts the job, and no feature is fresh while it does: the size is for the peak instead.
            auto_scaling_enabled=False,
            parallelism=parallelism,
            parallelism_per_kpu=1,
        ),
    )


def _properties(
    args: FlinkFeaturesArgs,
) -> Sequence[flink.ApplicationApplicationConfigurationEnvironmentPropertiesPropertyGroupArgs]:
    """What the job reads at its start, by group."""
    online = args.online.connection
    groups: Mapping[str, Mapping[str, pulumi.Input[str]]] = {
        "kinesis.analytics.flink.run.options": {"python": MAIN, "jarfile": JAR, "pyFiles": LIBRARIES},
        "source": _source(args.source.connection, args.platform.region),
        "online": {"endpoint": online.endpoint, "user": online.writer, "cache": online.cache},
        "features": {"entities": ",".join(args.entities)},
    }
    return [
        flink.ApplicationApplicationConfigurationEnvironmentPropertiesPropertyGroupArgs(
            property_group_id=group, property_map=properties
        )
        for group, properties in groups.items()
    ]


def _source(connection: StreamConnection, region: str) -> Mapping[str, pulumi.Input[str]]:
    match connection:
        case KinesisConnection():
            return {"kind": "kinesis", "stream.arn": connection.stream_arn, "region": region}
        case KafkaConnection():
            return {
                "kind": "kafka",
                "bootstrap.servers": connection.bootstrap_brokers,
                "topic": connection.topic,
                "region": region,
            }
        case _:
            assert_never(connection)


def _network_interfaces(
    platform: Platform, network: Network, group: aws.ec2.SecurityGroup
) -> Sequence[Mapping[str, Any]]:
    """The network interfaces that the service makes for the job, in these subnets and this group alone."""

    def arn(kind: str, id: pulumi.Input[str]) -> pulumi.Output[str]:
        return pulumi.Output.format("arn:aws:ec2:{0}:{1}:{2}/{3}", platform.region, platform.account_id, kind, id)

    interfaces = arn("network-interface", "*")
    subnets = [arn("subnet", subnet) for subnet in network.app_subnet_ids]
    return [
        statement(["ec2:CreateNetworkInterface"], [interfaces, *subnets, group.arn]),
        statement(
            ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface"],
            [interfaces],
            {"ArnEquals": {"ec2:Subnet": subnets}},
        ),
        # EC2 offers no resource to name for its Describe actions.
        statement(
            [
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            ["*"],
        ),
    ]
