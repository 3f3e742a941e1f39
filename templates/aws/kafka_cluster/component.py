"""Event stream on Kafka: an MSK cluster with IAM over TLS, one topic, and storage that grows by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import KafkaConnection, Metric, Network, Platform, QuotaNeed, Workload
from ..hardened.connections import connect, security_group
from ..hardened.identity import allow, statement
from ..hardened.monitoring import alarm, log_group
from ..hardened.quotas import brokers

IAM_PORT = 9098
REPLICAS = 3
IN_SYNC_REPLICAS = 2
"""A write is accepted when two of three zones have it: one zone may be lost without losing a record or a minute."""
MAX_STORAGE_GIB = 16384
STORAGE_TARGET_PERCENT = 60
"""The upper end of what MSK recommends for automatic expansion."""
DISK_ALARM_PERCENT = 85
IDLE_CPU_ALARM_PERCENT = 40
"""MSK asks for less than 60 % of use, so that a broker can take over from another one."""


@dataclass(frozen=True, kw_only=True)
class KafkaClusterArgs:
    platform: Platform
    network: Network
    topic: str
    partitions: int
    brokers: int
    """A multiple of three: as many in each zone."""
    broker_storage_gib: int
    """Volume of each broker at creation. It grows by itself and never shrinks."""
    retention_hours: int
    instance_type: str = "kafka.m7g.large"
    kafka_version: str = "3.8.x"
    private_readers: Sequence[str] = ()
    """Service principals that read over MSK's private link, e.g. `firehose.amazonaws.com`. A cluster has one policy,
    so it is made here, whole."""


class KafkaCluster(pulumi.ComponentResource):
    connection: KafkaConnection
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    quotas: Sequence[QuotaNeed]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: KafkaClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:KafkaCluster", name, None, opts)
        if args.brokers % REPLICAS:
            raise ValueError(
                f"{name} has {args.brokers} brokers: expected a multiple of {REPLICAS}, as many in each zone"
            )
        self._name = name
        self._args = args
        self._platform = args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        self._group = security_group(name, args.network, f"Kafka brokers of {args.platform.name}", self)
        cluster = self._make_cluster()
        topic = aws.msk.Topic(
            name,
            cluster_arn=cluster.arn,
            name=args.topic,
            partition_count=args.partitions,
            replication_factor=REPLICAS,
            configs=json.dumps(
                {
                    "min.insync.replicas": str(IN_SYNC_REPLICAS),
                    "retention.ms": str(args.retention_hours * 3_600_000),
                }
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=args.platform.protected),
        )
        if args.private_readers:
            self._admit_private_readers(cluster)
        self._grow_storage(cluster)
        self._cluster_arn = cluster.arn
        self._topic_arn = _below(cluster.arn, "topic", args.topic)
        self._group_arns = _below(cluster.arn, "group", "*")
        self.connection = KafkaConnection(
            cluster_arn=cluster.arn, bootstrap_brokers=cluster.bootstrap_brokers_sasl_iam, topic=args.topic
        )
        self._watch(cluster.cluster_name)
        self.register_outputs({"cluster_arn": cluster.arn, "topic_arn": topic.arn})

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return self._grant(
            f"{reader.name}-reads-{self._name}",
            reader,
            # The dynamic configuration is what Firehose asks for before it reads.
            ["DescribeTopic", "DescribeTopicDynamicConfiguration", "ReadData"],
            # Flink and Firehose choose the names of their consumer groups themselves.
            statement(["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"], [self._group_arns]),
        )

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return self._grant(
            f"{writer.name}-writes-{self._name}",
            writer,
            ["DescribeTopic", "WriteData"],
            statement(["kafka-cluster:WriteDataIdempotently"], [self._cluster_arn]),
        )

    def _grant(
        self, name: str, workload: Workload, on_topic: Sequence[str], besides: Mapping[str, Any]
    ) -> Sequence[pulumi.Resource]:
        reach = statement(
            [
                "kafka-cluster:Connect",
                "kafka-cluster:DescribeCluster",
                "kafka:DescribeCluster",
                "kafka:DescribeClusterV2",
                "kafka:GetBootstrapBrokers",
            ],
            [self._cluster_arn],
        )
        use = statement([f"kafka-cluster:{action}" for action in on_topic], [self._topic_arn])
        granted: list[pulumi.Resource] = [allow(name, workload, [reach, use, besides])]
        if workload.security_group_id is not None:
            granted += connect(
                name,
                workload.component,
                workload.security_group_id,
                self._group.id,
                IAM_PORT,
                description=f"{workload.name} to the brokers of {self._name}",
            )
        return granted

    def _make_cluster(self) -> aws.msk.Cluster:
        args, platform = self._args, self._platform
        logs = log_group(f"{self._name}-brokers", f"/{platform.name}/{self._name}/brokers", platform, self)
        configuration = self._make_configuration()
        return aws.msk.Cluster(
            self._name,
            kafka_version=args.kafka_version,
            number_of_broker_nodes=args.brokers,
            broker_node_group_info=self._broker_nodes(),
            configuration_info=aws.msk.ClusterConfigurationInfoArgs(
                arn=configuration.arn, revision=configuration.latest_revision
            ),
            encryption_info=aws.msk.ClusterEncryptionInfoArgs(
                encryption_at_rest_kms_key_arn=platform.keys.data,
                encryption_in_transit=aws.msk.ClusterEncryptionInfoEncryptionInTransitArgs(
                    client_broker="TLS", in_cluster=True
                ),
            ),
            client_authentication=aws.msk.ClusterClientAuthenticationArgs(
                sasl=aws.msk.ClusterClientAuthenticationSaslArgs(iam=True), unauthenticated=False
            ),
            enhanced_monitoring="PER_TOPIC_PER_BROKER",
            logging_info=aws.msk.ClusterLoggingInfoArgs(
                broker_logs=aws.msk.ClusterLoggingInfoBrokerLogsArgs(
                    cloudwatch_logs=aws.msk.ClusterLoggingInfoBrokerLogsCloudwatchLogsArgs(
                        enabled=True, log_group=logs.name
                    )
                )
            ),
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=platform.protected,
                # Expansion grows the volumes behind Pulumi's back, and an update that asked for the first size again
                # would fail: they cannot shrink.
                ignore_changes=["brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"],
            ),
        )

    def _broker_nodes(self) -> aws.msk.ClusterBrokerNodeGroupInfoArgs:
        private_link = aws.msk.ClusterBrokerNodeGroupInfoConnectivityInfoArgs(
            public_access=aws.msk.ClusterBrokerNodeGroupInfoConnectivityInfoPublicAccessArgs(type="DISABLED"),
            vpc_connectivity=aws.msk.ClusterBrokerNodeGroupInfoConnectivityInfoVpcConnectivityArgs(
                client_authentication=aws.msk.ClusterBrokerNodeGroupInfoConnectivityInfoVpcConnectivityClientAuthenticationArgs(
                    sasl=aws.msk.ClusterBrokerNodeGroupInfoConnectivityInfoVpcConnectivityClientAuthenticationSaslArgs(
                        iam=bool(self._args.private_readers)
                    )
                )
            ),
        )
        return aws.msk.ClusterBrokerNodeGroupInfoArgs(
            client_subnets=self._args.network.data_subnet_ids,
            instance_type=self._args.instance_type,
            security_groups=[self._group.id],
            connectivity_info=private_link,
            storage_info=aws.msk.ClusterBrokerNodeGroupInfoStorageInfoArgs(
                ebs_storage_info=aws.msk.ClusterBrokerNodeGroupInfoStorageInfoEbsStorageInfoArgs(
                    volume_size=self._args.broker_storage_gib
                )
            ),
        )

    def _make_configuration(self) -> aws.msk.Configuration:
        properties = {
            # A misspelt topic name has to fail, not to become a topic.
            "auto.create.topics.enable": "false",
            "default.replication.factor": REPLICAS,
            "log.retention.hours": self._args.retention_hours,
            "min.insync.replicas": IN_SYNC_REPLICAS,
            "num.partitions": self._args.partitions,
            # A replica that missed records must not become the truth.
            "unclean.leader.election.enable": "false",
        }
        return aws.msk.Configuration(
            self._name,
            description=f"Brokers of {self._platform.name}",
            server_properties="".join(f"{key}={value}\n" for key, value in properties.items()),
            opts=self._child,
        )

    def _admit_private_readers(self, cluster: aws.msk.Cluster) -> None:
        # This lets a service lay a line to the brokers. To read through it still takes a role of this account.
        lay_a_line = {
            "Sid": "PrivateReaders",
            "Effect": "Allow",
            "Principal": {"Service": list(self._args.private_readers)},
            "Action": "kafka:CreateVpcConnection",
            "Resource": cluster.arn,
        }
        aws.msk.ClusterPolicy(
            self._name,
            cluster_arn=cluster.arn,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [lay_a_line]}),
            opts=self._child,
        )

    def _grow_storage(self, cluster: aws.msk.Cluster) -> None:
        target = aws.appautoscaling.Target(
            f"{self._name}-storage",
            service_namespace="kafka",
            scalable_dimension="kafka:broker-storage:VolumeSize",
            resource_id=cluster.arn,
            min_capacity=1,
            max_capacity=MAX_STORAGE_GIB,
            opts=self._child,
        )
        aws.appautoscaling.Policy(
            f"{self._name}-storage",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            policy_type="TargetTrackingScaling",
            target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                predefined_metric_specification=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                    predefined_metric_type="KafkaBrokerStorageUtilization"
                ),
                target_value=STORAGE_TARGET_PERCENT,
                disable_scale_in=True,
            ),
            opts=self._child,
        )

    def _watch(self, cluster_name: pulumi.Output[str]) -> None:
        offline = _metric("Partitions without a leader", "OfflinePartitionsCount", cluster_name, "Maximum")
        self.quotas = [brokers(self._args.brokers)]
        self.metrics = [offline]
        self.alarms = [
            alarm(
                f"{self._name}-offline-partitions",
                offline,
                f"Partitions of {self._name} have no leader: they take no writes and give no reads. Look at the"
                " brokers' state and at the brokers' log group; two of three zones may be gone.",
                0,
                self._platform,
                self,
                periods=1,
            )
        ]
        for broker in range(1, self._args.brokers + 1):
            self._watch_broker(cluster_name, broker)

    def _watch_broker(self, cluster_name: pulumi.Output[str], broker: int) -> None:
        def metric(title: str, name: str, statistic: str) -> Metric:
            return _metric(f"{title}, broker {broker}", name, cluster_name, statistic, broker)

        lagging = metric("Partitions short of a replica", "UnderReplicatedPartitions", "Maximum")
        disk = metric("Disk used (%)", "KafkaDataLogsDiskUsed", "Maximum")
        idle = metric("Idle CPU (%)", "CpuIdle", "Average")
        self.metrics = [*self.metrics, metric("Bytes in per second", "BytesInPerSec", "Average"), disk, idle]
        self.alarms = [
            *self.alarms,
            alarm(
                f"{self._name}-under-replicated-{broker}",
                lagging,
                f"Broker {broker} of {self._name} leads partitions that lack a replica; one more failure stops writes."
                " Look for a broker in maintenance first, then for disk or network limits.",
                0,
                self._platform,
                self,
                periods=10,
            ),
            alarm(
                f"{self._name}-disk-{broker}",
                disk,
                f"The disk of broker {broker} of {self._name} is more than {DISK_ALARM_PERCENT} % full although it"
                " grows by itself, once in six hours at most. Shorten the topic's retention, then look at who writes.",
                DISK_ALARM_PERCENT,
                self._platform,
                self,
            ),
            alarm(
                f"{self._name}-cpu-{broker}",
                idle,
                f"Broker {broker} of {self._name} is busier than a broker may be that has to take over from another."
                " Look for a client that opens many connections, then add brokers.",
                IDLE_CPU_ALARM_PERCENT,
                self._platform,
                self,
                comparison="LessThanThreshold",
                periods=15,
            ),
        ]


def _metric(
    title: str, name: str, cluster_name: pulumi.Output[str], statistic: str, broker: int | None = None
) -> Metric:
    dimensions: dict[str, pulumi.Input[str]] = {"Cluster Name": cluster_name}
    if broker is not None:
        dimensions["Broker ID"] = str(broker)
    return Metric(title=title, namespace="AWS/Kafka", name=name, statistic=statistic, dimensions=dimensions)


def _below(cluster_arn: pulumi.Output[str], kind: str, name: str) -> pulumi.Output[str]:
    """ARN of a topic or group: `<prefix>:cluster/<name>/<id>` with another kind and one level more."""
    return cluster_arn.apply(lambda arn: f"{arn.replace(':cluster/', f':{kind}/', 1)}/{name}")
