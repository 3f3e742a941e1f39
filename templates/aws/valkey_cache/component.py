"""Online features on Amazon ElastiCache for Valkey: own key, TLS, IAM instead of passwords, over three zones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import FeatureConnection, Metric, Network, Platform, Workload
from ..hardened.connections import connect, security_group
from ..hardened.identity import allow, statement
from ..hardened.monitoring import alarm, log_group

PORT = 6379
ENGINE = "valkey"

# What a cluster client calls to find its way around, next to the data commands.
CLIENT = "+@connection +cluster|slots +cluster|shards +cluster|nodes +command -@dangerous"
FEATURE_KEYS = "~f:*"

USER_ID_LENGTH = 40
"""Longest id of a user or a user group."""


@dataclass(frozen=True, kw_only=True)
class ValkeyCacheArgs:
    platform: Platform
    network: Network
    node_type: str
    node_groups: int
    """Shards; the features are spread over them by the hash of their key."""
    replicas: int
    """Copies of each shard in other zones, at least one: failover has to have somewhere to go."""


class ValkeyCache(pulumi.ComponentResource):
    """`OnlineFeatures` in cluster mode, with one user that reads features and one that writes them."""

    connection: FeatureConnection
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: ValkeyCacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:ValkeyCache", name, None, opts)
        self._name, self._platform = name, args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        self._group = security_group(name, args.network, "Online features", self)
        self._reader = self._user("reader", f"on {FEATURE_KEYS} -@all +@read {CLIENT}")
        self._writer = self._user("writer", f"on {FEATURE_KEYS} -@all +@read +@write {CLIENT}")
        self._cache = self._replication_group(args)
        self.connection = FeatureConnection(
            endpoint=pulumi.Output.format("{0}:{1}", self._cache.configuration_endpoint_address, PORT),
            cache=self._cache.id,
            reader=self._reader.user_name,
            writer=self._writer.user_name,
        )
        nodes = [(s, n) for s in range(1, args.node_groups + 1) for n in range(1, args.replicas + 2)]
        # The two that tell how full a node is; the rest has alarms, and five graphs a node would hide these.
        self.metrics = [metric for node in nodes for metric in self._metrics(*node)[:2]]
        self.alarms = [made for node in nodes for made in self._alarms(*node)]
        self.register_outputs({"endpoint": self.connection.endpoint})

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return self._grant(f"{reader.name}-reads-{self._name}", reader, self._reader)

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return self._grant(f"{writer.name}-writes-{self._name}", writer, self._writer)

    def _grant(self, name: str, workload: Workload, user: aws.elasticache.User) -> Sequence[pulumi.Resource]:
        """Both ARNs are needed: the cache that a token is for, and the one user that it may log in as."""
        granted: list[pulumi.Resource] = [
            allow(name, workload, [statement(["elasticache:Connect"], [self._cache.arn, user.arn])])
        ]
        if workload.security_group_id is not None:
            granted += connect(
                name,
                workload.component,
                workload.security_group_id,
                self._group.id,
                PORT,
                description=f"{workload.name} to the cache {self._name}",
            )
        return granted

    def _user(self, role: str, access: str) -> aws.elasticache.User:
        id = _short(f"{self._platform.name}-{self._name}-{role}")
        return aws.elasticache.User(
            f"{self._name}-{role}",
            # ElastiCache takes an IAM token only for a user whose id and name are the same, in lower case.
            user_id=id,
            user_name=id,
            engine=ENGINE,
            access_string=access,
            authentication_mode=aws.elasticache.UserAuthenticationModeArgs(type="iam"),
            opts=self._child,
        )

    def _user_group(self) -> aws.elasticache.UserGroup:
        return aws.elasticache.UserGroup(
            self._name,
            engine=ENGINE,
            user_group_id=_short(f"{self._platform.name}-{self._name}"),
            user_ids=[self._reader.user_id, self._writer.user_id],
            opts=self._child,
        )

    def _parameters(self) -> aws.elasticache.ParameterGroup:
        return aws.elasticache.ParameterGroup(
            self._name,
            family="valkey8",
            parameters=[
                # A group of one's own starts with cluster mode off, and then several shards are refused.
                aws.elasticache.ParameterGroupParameterArgs(name="cluster-enabled", value="yes"),
                # When memory runs out, the entity that was quiet longest goes first; refusing writes instead would make
                # every feature stale. A missing feature is a case that scoring handles, and evictions raise an alarm.
                aws.elasticache.ParameterGroupParameterArgs(name="maxmemory-policy", value="volatile-lru"),
            ],
            opts=self._child,
        )

    def _replication_group(self, args: ValkeyCacheArgs) -> aws.elasticache.ReplicationGroup:
        protected = args.platform.protected
        subnets = aws.elasticache.SubnetGroup(self._name, subnet_ids=args.network.data_subnet_ids, opts=self._child)
        logs = [self._log("slow-log"), self._log("engine-log")]
        return aws.elasticache.ReplicationGroup(
            self._name,
            description="Online features",
            engine=ENGINE,
            engine_version="8.0",
            node_type=args.node_type,
            num_node_groups=args.node_groups,
            replicas_per_node_group=args.replicas,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            parameter_group_name=self._parameters().name,
            port=PORT,
            at_rest_encryption_enabled=True,
            kms_key_id=args.platform.keys.data,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            user_group_ids=[self._user_group().user_group_id],
            subnet_group_name=subnets.name,
            security_group_ids=[self._group.id],
            auto_minor_version_upgrade=True,
            # A change waits for the maintenance window: a failover in the middle of the day costs features.
            apply_immediately=False,
            # The default of the AWS Config rule elasticache-redis-cluster-automatic-backup-check is 15 days.
            snapshot_retention_limit=15 if protected else 1,
            final_snapshot_identifier=f"{args.platform.name}-{self._name}-final" if protected else None,
            log_delivery_configurations=[configuration for _, configuration in logs],
            opts=pulumi.ResourceOptions(parent=self, protect=protected, depends_on=[group for group, _ in logs]),
        )

    def _log(
        self, log_type: str
    ) -> tuple[aws.cloudwatch.LogGroup, aws.elasticache.ReplicationGroupLogDeliveryConfigurationArgs]:
        """A slow command is logged with its arguments, entity tokens among them: hence the key and the retention."""
        # Below /aws/vendedlogs/ one resource policy covers all groups; each other name adds to one of limited length.
        group = log_group(
            f"{self._name}-{log_type}",
            f"/aws/vendedlogs/elasticache/{self._platform.name}-{self._name}/{log_type}",
            self._platform,
            self,
        )
        return group, aws.elasticache.ReplicationGroupLogDeliveryConfigurationArgs(
            destination=group.name, destination_type="cloudwatch-logs", log_format="json", log_type=log_type
        )

    def _metrics(self, shard: int, node: int) -> Sequence[Metric]:
        """The metrics of one node. ElastiCache publishes them per node only; nodes are called `<cache>-0001-001`."""
        node_id = pulumi.Output.concat(self._cache.id, f"-{shard:04d}-{node:03d}")

        def metric(title: str, name: str, statistic: str) -> Metric:
            return Metric(
                title=f"{title}, node {shard}-{node}",
                namespace="AWS/ElastiCache",
                name=name,
                statistic=statistic,
                dimensions={"CacheClusterId": node_id},
            )

        return [
            metric("Engine CPU (%)", "EngineCPUUtilization", "Average"),
            metric("Memory in use (%)", "DatabaseMemoryUsagePercentage", "Maximum"),
            metric("Evictions", "Evictions", "Sum"),
            metric("Replication lag (s)", "ReplicationLag", "Maximum"),
            metric("Connections", "CurrConnections", "Maximum"),
        ]

    def _alarms(self, shard: int, node: int) -> Sequence[aws.cloudwatch.MetricAlarm]:
        cpu, memory, evictions, lag, connections = self._metrics(shard, node)
        watched = (
            ("engine-cpu", cpu, 80.0, "The engine runs on one core and that core is nearly full: add a shard."),
            ("memory", memory, 80.0, "Memory is nearly full; at 100 % features are evicted. Add a shard."),
            (
                "evictions",
                evictions,
                0.0,
                "Features are evicted before they expire and scoring misses them. Add a shard.",
            ),
            ("replication-lag", lag, 5.0, "A replica is behind; a failover now would lose writes. Look at write load."),
            # A node takes 65,000 connections; the usual cause is a client that opens one per request.
            (
                "connections",
                connections,
                50_000.0,
                "Connections near the limit of a node. Look for a client that leaks.",
            ),
        )
        return [
            alarm(f"{self._name}-{shard}-{node}-{part}", metric, text, threshold, self._platform, self, periods=5)
            for part, metric, threshold, text in watched
        ]


def _short(id: str) -> str:
    """The id, or where ElastiCache finds it too long its beginning and a hash, so that it stays unique."""
    if len(id) <= USER_ID_LENGTH:
        return id
    digest = hashlib.sha256(id.encode()).hexdigest()[:8]
    return f"{id[: USER_ID_LENGTH - 9].rstrip('-')}-{digest}"
