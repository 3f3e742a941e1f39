"""The model on Kubernetes: registered in Azure ML, served on nodes of its own, called from within the cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from ..contracts import Alert, ClusterModel, Metric, Network, ObjectStore, Platform, Principal
from ..hardened.identity import workload
from ..hardened.kubernetes import apply_manifests, cluster, federate, node_pool
from ..hardened.machine_learning import workspace
from ..hardened.monitoring import alert, log_alert

PORT = 8080
BUSY_PERCENT = 85


@dataclass(frozen=True, kw_only=True)
class AksModelArgs:
    """A node of `node_size` carries one replica of the model, on `replica_cpus` of its processors.

    `latency_budget_ms` is the model's share of the promise; `capture_percent` of the requests are kept for drift.
    Without `image_digest` (`sha256:...`) and `manifests` (folder in the manifests container) nothing answers yet.
    """

    platform: Platform
    network: Network
    capture: ObjectStore
    node_size: str
    replica_cpus: int
    nodes: int
    max_nodes: int
    latency_budget_ms: float
    capture_percent: int
    image_digest: str | None = None
    manifests: str | None = None


class AksModel(pulumi.ComponentResource):
    connection: ClusterModel
    alerts: Sequence[Alert]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: AksModelArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:AksModel", name, None, opts)
        self._name = name
        self._args = args
        platform = args.platform
        registry, _ = workspace(name, platform, args.network, self)
        self._cluster = cluster(name, platform, args.network, self)
        pool = node_pool(name, self._cluster, args.node_size, args.nodes, args.max_nodes, platform, args.network, self)
        who = workload(name, platform, self)
        waits = [pool, federate(who, self._cluster, platform), *args.capture.grant_write(who)]
        self.connection = ClusterModel(cluster=self._cluster, url=f"http://{name}.{name}.svc.cluster.local:{PORT}")
        self._applied: Sequence[pulumi.Resource] = ()
        if args.image_digest is not None and args.manifests is not None:
            self._applied = [self._go_live(args.image_digest, args.manifests, who.client_id, waits)]
        self._watch()
        self.register_outputs({"workspace": registry.name, "cluster": self._cluster.name})

    def grant_invoke(self, caller: Principal) -> Sequence[pulumi.Resource]:
        """Admit the pods of the caller's namespace. Nobody else reaches the model: its namespace denies by default."""
        if not self._applied or self._args.manifests is None:
            return []
        return [
            apply_manifests(
                f"{caller.name}-invokes-{self._name}",
                self._cluster,
                f"{self._args.manifests}/caller",
                {"MODEL": self._name, "CALLER": caller.name, "PORT": str(PORT)},
                self._args.platform,
                caller.component,
                depends_on=self._applied,
            )
        ]

    def _go_live(
        self, image_digest: str, manifests: str, client_id: pulumi.Output[str], waits: Sequence[pulumi.Resource]
    ) -> pulumi.Resource:
        args, platform = self._args, self._args.platform
        return apply_manifests(
            self._name,
            self._cluster,
            f"{manifests}/model",
            {
                "MODEL": self._name,
                "PORT": str(PORT),
                "IMAGE": pulumi.Output.concat(platform.registry.server, f"/{self._name}@{image_digest}"),
                "CLIENT_ID": client_id,
                "CPUS": str(args.replica_cpus),
                "REPLICAS": str(args.nodes),
                "MAX_REPLICAS": str(args.max_nodes),
                "CAPTURE_ACCOUNT": args.capture.account_name,
                "CAPTURE_CONTAINER": args.capture.container,
                "CAPTURE_PERCENT": str(args.capture_percent),
            },
            platform,
            self,
            depends_on=waits,
        )

    def _watch(self) -> None:
        platform, name = self._args.platform, self._name

        def metric(title: str, metric_name: str, statistic: str) -> Metric:
            return Metric(
                title=f"{name}: {title}",
                namespace="Microsoft.ContainerService/managedClusters",
                name=metric_name,
                statistic=statistic,
                resource_id=self._cluster.id,
            )

        unplaced = metric("pods without a node", "cluster_autoscaler_unschedulable_pods_count", "Maximum")
        memory = metric("memory of the nodes (%)", "node_memory_working_set_percentage", "Maximum")
        self.metrics = [metric("CPU of the nodes (%)", "node_cpu_usage_percentage", "Average"), memory, unplaced]
        restarts = (
            f'KubePodInventory | where Namespace == "{name}" | summarize Value = max(ContainerRestartCount)'
            " - min(ContainerRestartCount) by Name | where Value > 2"
        )
        self.alerts = [
            alert(
                f"{name}-unplaced",
                unplaced,
                "Pods wait for a node for a quarter of an hour: the pool is at its ceiling, or the region or the quota"
                " has no more of its size.",
                0,
                platform,
                self,
                window="PT15M",
            ),
            alert(
                f"{name}-memory",
                memory,
                f"A node is above {BUSY_PERCENT} % of its memory and will begin to evict pods: look for the pod that"
                " grows.",
                BUSY_PERCENT,
                platform,
                self,
            ),
            log_alert(
                f"{name}-restarts",
                restarts,
                f"Pods of {name} restart: read the last lines before, usually memory or a model that does not load."
                f" The budget is {self._args.latency_budget_ms:g} ms; scoring decides by rules meanwhile.",
                platform,
                self,
                window="PT15M",
            ),
        ]
