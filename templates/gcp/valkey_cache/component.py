"""Online features on Memorystore for Valkey: sharded, replicated over zones, TLS, and a token instead of a password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import FeatureConnection, Metric, Network, Platform, Workload
from ..hardened.connections import connect
from ..hardened.identity import allow_in_project
from ..hardened.monitoring import alarm

PORT = 6379
NODE_PORTS = "11000-13047"
"""Where the nodes of a cluster answer; the first port only tells a client where they are."""


@dataclass(frozen=True, kw_only=True)
class ValkeyCacheArgs:
    """`shards` carry the load, `replicas` of each lie in other zones. `node_type` as Memorystore names it."""

    platform: Platform
    network: Network
    node_type: str
    shards: int
    replicas: int


class ValkeyCache(pulumi.ComponentResource):
    """`OnlineFeatures`: what is held can be counted anew from the stream, so that snapshots are enough."""

    connection: FeatureConnection
    alarms: Sequence[gcp.monitoring.AlertPolicy]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: ValkeyCacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:ValkeyCache", name, None, opts)
        self._name, self._args, self._platform = name, args, args.platform
        self._instance = self._make_instance()
        self.connection = FeatureConnection(
            host=self._instance.endpoints.apply(_discovery_address),
            port=PORT,
            ca_certificates=self._instance.managed_server_cas.apply(
                lambda authorities: "".join(
                    certificate
                    for authority in authorities
                    for ca in authority.ca_certs or ()
                    for certificate in ca.certificates or ()
                )
            ),
        )
        self.metrics = self._watched()
        self.alarms = self._alarms()
        self.register_outputs({"instance": self._instance.id})

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return self._grant(f"{reader.name}-reads-{self._name}", reader)

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return self._grant(f"{writer.name}-writes-{self._name}", writer)

    def _grant(self, name: str, workload: Workload) -> Sequence[pulumi.Resource]:
        """The right to log in to this instance alone, and the way to it. Memorystore's role admits to every command."""
        return [
            allow_in_project(
                name,
                workload,
                "roles/memorystore.dbConnectionUser",
                self._platform,
                # An instance has no policy of its own: the condition takes its place.
                gcp.projects.IAMMemberConditionArgs(
                    title=f"only-{self._name}",
                    description=f"Only the instance of {self._name}",
                    expression=pulumi.Output.concat('resource.name == "', self._instance.id, '"'),
                ),
            ),
            connect(
                name,
                workload,
                self._args.network.network_id,
                self._platform,
                [self._args.network.service_range],
                [str(PORT), NODE_PORTS],
            ),
        ]

    def _make_instance(self) -> gcp.memorystore.Instance:
        args, platform = self._args, self._platform
        return gcp.memorystore.Instance(
            self._name,
            instance_id=f"{platform.name}-{self._name}",
            location=platform.region,
            mode="CLUSTER",
            engine_version="VALKEY_8_0",
            node_type=args.node_type,
            shard_count=args.shards,
            replica_count=args.replicas,
            zone_distribution_config=gcp.memorystore.InstanceZoneDistributionConfigArgs(mode="MULTI_ZONE"),
            # Neither can be changed later, but by a new instance.
            authorization_mode="IAM_AUTH",
            transit_encryption_mode="SERVER_AUTHENTICATION",
            kms_key=platform.keys.cache,
            desired_auto_created_endpoints=[
                gcp.memorystore.InstanceDesiredAutoCreatedEndpointArgs(
                    network=args.network.service_network_id, project_id=platform.project_id
                )
            ],
            engine_configs={
                # Counts expire by their own time to live; a full cache should refuse rather than forget at random.
                "maxmemory-policy": "volatile-ttl",
            },
            persistence_config=gcp.memorystore.InstancePersistenceConfigArgs(
                mode="RDB",
                rdb_config=gcp.memorystore.InstancePersistenceConfigRdbConfigArgs(rdb_snapshot_period="ONE_HOUR"),
            ),
            maintenance_policy=gcp.memorystore.InstanceMaintenancePolicyArgs(
                weekly_maintenance_windows=[
                    gcp.memorystore.InstanceMaintenancePolicyWeeklyMaintenanceWindowArgs(
                        day="SUNDAY",
                        start_time=gcp.memorystore.InstanceMaintenancePolicyWeeklyMaintenanceWindowStartTimeArgs(
                            hours=3
                        ),
                    )
                ]
            ),
            deletion_protection_enabled=platform.protected,
            project=platform.project_id,
            opts=pulumi.ResourceOptions(parent=self, protect=platform.protected),
        )

    def _watched(self) -> Sequence[Metric]:
        def metric(title: str, kind: str, aligner: str, reducer: str) -> Metric:
            return Metric(
                title=f"{self._name}: {title}",
                type=f"memorystore.googleapis.com/instance/{kind}",
                resource_type="memorystore.googleapis.com/Instance",
                aligner=aligner,
                reducer=reducer,
                labels={"resource.labels.instance_id": self._instance.instance_id},
            )

        return [
            metric("CPU of the main threads", "node/cpu/utilization", "ALIGN_MAX", "REDUCE_MAX"),
            metric("memory", "node/memory/utilization", "ALIGN_MAX", "REDUCE_MAX"),
            metric("evicted keys", "node/stats/evicted_keys_count", "ALIGN_DELTA", "REDUCE_SUM"),
            metric("connections", "node/clients/connected_clients", "ALIGN_MAX", "REDUCE_SUM"),
        ]

    def _alarms(self) -> Sequence[gcp.monitoring.AlertPolicy]:
        cpu, memory, evicted, _ = self.metrics
        return [
            alarm(
                f"{self._name}-cpu",
                cpu,
                "A node's main thread is busy and reads queue behind it: look for one hot key first, then add shards.",
                0.8,
                self._platform,
                self,
                minutes=5,
            ),
            alarm(
                f"{self._name}-memory",
                memory,
                "A node is nearly full. Compare the number of keys with docs/sizing.md: more entities than planned, or "
                "keys without an expiry.",
                0.8,
                self._platform,
                self,
                minutes=5,
            ),
            alarm(
                f"{self._name}-evicted",
                evicted,
                "The cache forgets counts before their time because it is full: features are too low from now on. Add "
                "shards.",
                0,
                self._platform,
                self,
                minutes=1,
            ),
        ]


def _discovery_address(endpoints: Sequence[gcp.memorystore.outputs.InstanceEndpoint]) -> str:
    """The address that tells a client of a cluster where its nodes are."""
    connections = [one.psc_auto_connection for endpoint in endpoints for one in endpoint.connections or ()]
    found = [one for one in connections if one is not None]
    discovery = [one for one in found if one.connection_type == "CONNECTION_TYPE_DISCOVERY"] or found
    return str(discovery[0].ip_address)
