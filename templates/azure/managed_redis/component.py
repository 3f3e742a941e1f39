"""Online features on Azure Managed Redis: in memory, over two zones, entered with an Entra token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from ..contracts import Alert, FeatureConnection, Metric, Network, Platform, Principal
from ..hardened.monitoring import alert, diagnostics
from ..hardened.naming import global_name
from ..hardened.private_link import private_endpoint

PORT = 10000
CLUSTER_NAME = 60
ACCESS = "default"
"""The one access policy that Managed Redis has: whoever is let in may read and write."""
FULL_PERCENT, BUSY_PERCENT = 80, 80


@dataclass(frozen=True, kw_only=True)
class ManagedRedisArgs:
    platform: Platform
    network: Network
    size: int
    """Number in the name of a compute-optimised size: 3, 5, 10, 20, 50, 100, 150, 250, 350, 500 or 700."""


class ManagedRedis(pulumi.ComponentResource):
    connection: FeatureConnection
    alerts: Sequence[Alert]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: ManagedRedisArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:ManagedRedis", name, None, opts)
        self._name = name
        self._platform = args.platform
        self._cluster = self._make_cluster(args.size)
        self._database = azure.redisenterprise.Database(
            name,
            resource_group_name=args.platform.resource_group,
            cluster_name=self._cluster.name,
            database_name="default",
            client_protocol=azure.redisenterprise.Protocol.ENCRYPTED,
            port=PORT,
            # Clients talk to the shards themselves: one proxy in front would be the limit of all of them.
            clustering_policy=azure.redisenterprise.ClusteringPolicy.OSS_CLUSTER,
            # Features expire; what is evicted earlier would be scored as if it had never been.
            eviction_policy=azure.redisenterprise.EvictionPolicy.NO_EVICTION,
            access_keys_authentication=azure.redisenterprise.AccessKeysAuthentication.DISABLED,
            opts=pulumi.ResourceOptions(parent=self, protect=args.platform.protected),
        )
        reachable = private_endpoint(name, self._cluster.id, "redisEnterprise", args.platform, args.network, self)
        diagnostics(name, self._cluster.id, args.platform.log_workspace_id, self)
        self.connection = FeatureConnection(
            endpoint=pulumi.Output.all(self._cluster.host_name, reachable.id).apply(lambda found: f"{found[0]}:{PORT}")
        )
        self._watch()
        self.register_outputs({"endpoint": self.connection.endpoint})

    def grant_read(self, reader: Principal) -> Sequence[pulumi.Resource]:
        return [self._grant(f"{reader.name}-reads-{self._name}", reader)]

    def grant_write(self, writer: Principal) -> Sequence[pulumi.Resource]:
        return [self._grant(f"{writer.name}-writes-{self._name}", writer)]

    def _grant(self, name: str, principal: Principal) -> azure.redisenterprise.AccessPolicyAssignment:
        return azure.redisenterprise.AccessPolicyAssignment(
            name,
            resource_group_name=self._platform.resource_group,
            cluster_name=self._cluster.name,
            database_name=self._database.name,
            # Letters and digits alone, unlike every other name.
            access_policy_assignment_name=principal.name.replace("-", ""),
            access_policy_name=ACCESS,
            user=azure.redisenterprise.AccessPolicyAssignmentPropertiesUserArgs(object_id=principal.principal_id),
            opts=pulumi.ResourceOptions(parent=principal.component),
        )

    def _make_cluster(self, size: int) -> azure.redisenterprise.RedisEnterprise:
        platform, keys, redis = self._platform, self._platform.keys, azure.redisenterprise
        return redis.RedisEnterprise(
            self._name,
            resource_group_name=platform.resource_group,
            cluster_name=global_name(platform, "redis", self._name, CLUSTER_NAME, separator="-"),
            location=platform.region,
            sku=redis.SkuArgs(name=redis.SkuName(f"ComputeOptimized_X{size}")),
            # A copy in another zone of the region for each shard.
            high_availability=redis.HighAvailability.ENABLED,
            minimum_tls_version=redis.TlsVersion.TLS_VERSION_1_2,
            public_network_access=redis.PublicNetworkAccess.DISABLED,
            identity=redis.ManagedServiceIdentityArgs(
                type=redis.ManagedServiceIdentityType.USER_ASSIGNED, user_assigned_identities=[keys.identity_id]
            ),
            encryption=redis.ClusterPropertiesEncryptionArgs(
                customer_managed_key_encryption=redis.ClusterPropertiesCustomerManagedKeyEncryptionArgs(
                    # It takes a version and no name: after a rotation the next deployment moves it on.
                    key_encryption_key_url=keys.data_url,
                    key_encryption_key_identity=redis.ClusterPropertiesKeyEncryptionKeyIdentityArgs(
                        identity_type=redis.CmkIdentityType.USER_ASSIGNED_IDENTITY,
                        user_assigned_identity_resource_id=keys.identity_id,
                    ),
                )
            ),
            tags=platform.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=platform.protected, depends_on=list(keys.ready)),
        )

    def _watch(self) -> None:
        def metric(title: str, name: str, statistic: str) -> Metric:
            return Metric(
                title=title,
                namespace="Microsoft.Cache/redisEnterprise",
                name=name,
                statistic=statistic,
                resource_id=self._cluster.id,
            )

        memory = metric("Memory (%)", "usedmemorypercentage", "Maximum")
        busy = metric("CPU (%)", "percentProcessorTime", "Maximum")
        self.metrics = [metric("Operations a second", "operationsPerSecond", "Maximum"), memory, busy]
        self.alerts = [
            alert(
                f"{self._name}-memory",
                memory,
                f"{self._name} is above {FULL_PERCENT} % of its memory and refuses writes when it is full: look for"
                " features without an expiry, then take the next size.",
                FULL_PERCENT,
                self._platform,
                self,
            ),
            alert(
                f"{self._name}-busy",
                busy,
                f"{self._name} is above {BUSY_PERCENT} % of its processor, reads will miss their share of the latency:"
                " look for a client that connects for each request, then take the next size.",
                BUSY_PERCENT,
                self._platform,
                self,
            ),
        ]
