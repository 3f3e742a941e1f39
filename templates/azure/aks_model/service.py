"""The model on Azure Kubernetes Service, where a managed endpoint's limits lie below the load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services import Fit, Neighbours, Port, Setting, Value
from archgen.services.containers import digest
from archgen.services.names import camel
from archgen.services.roles.realtime_endpoint import RealtimeEndpoint, latency_limit
from archgen.topology import Component, Needs

NODE_SIZE = "Standard_F8s_v2"
REPLICA_CPUS = 7
"""Of eight processors of a node: the rest is the kubelet's and the agents'."""
SMALLEST_P99_MS = 15
"""What the call and a gradient-boosted model take at p99; see `smallest-latency` in service.yaml."""
MAX_NODES = 100
"""Nodes that the smallest address range has room for, with the system's and a surge."""


@dataclass(frozen=True, kw_only=True)
class AksModelService(RealtimeEndpoint):
    """Sized for the peak in a year with one zone lost, one replica a node."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=70,
            reasons=(
                "no limit of requests a second but that of the nodes, and no hop out of the cluster",
                "no local accounts and no public address; models stay registered in Azure ML",
            ),
            violated=latency_limit(needs, SMALLEST_P99_MS, called="model"),
        )

    def unit(self, *, ceiling: bool = False) -> str:
        return f"nodes of {NODE_SIZE}" if ceiling else f"nodes of {NODE_SIZE}, one replica each"

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        assumptions = neighbours.assumptions
        return {
            "node_size": NODE_SIZE,
            "replica_cpus": REPLICA_CPUS,
            "latency_budget_ms": assumptions.value("hop_model_ms"),
            "capture_percent": int(assumptions.value("capture_percent")),
            "image_digest": digest(component.id, f"approved model's image {component.id} in the registry", "d"),
            "manifests": Setting(
                key=f"{camel(component.id)}Manifests",
                description=f"Folder of the manifests container that app/{component.id}/kubernetes was uploaded to",
                live=True,
                sample=f"{component.id}/4f9d2c1",
            ),
        }


SERVICE = AksModelService(
    id="aks_model",
    role="realtime-endpoint",
    class_name="AksModel",
    title="Model server on Azure Kubernetes Service",
    speaks=frozenset({"kubernetes"}),
    ports=(Port(argument="capture", kind="capture", role="lake", speaks=frozenset({"blob"}), verb="writes"),),
    inside_network=True,
    reached_through="cluster",
    calls=frozenset({"cluster", "amlworkspace"}),
    counted="nodes",
    at_most=MAX_NODES,
    minimum={"nodes": 2, "max_nodes": 3},
)
