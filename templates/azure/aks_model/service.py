"""The model on Azure Kubernetes Service, where a managed endpoint's limits lie below the load."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth
from archgen.topology import Component, Needs

NODE_SIZE = "Standard_F8s_v2"
REPLICA_CPUS = 7
"""Of eight processors of a node: the rest is the kubelet's and the agents'."""
SMALLEST_P99_MS = 15
"""What the call and a gradient-boosted model take at p99; see `smallest-latency` in service.yaml."""
MAX_NODES = 100
"""Nodes that the smallest address range has room for, with the system's and a surge."""


class AksModelService(Service):
    """Sized for the peak in a year with one zone lost, one replica a node."""

    def suits(self, needs: Needs) -> Fit:
        latency = needs.get("latency_p99_ms")
        violated = (
            Violation(
                need="latency_p99_ms",
                found=f"{float(str(latency)):g} ms",
                limit=f"{SMALLEST_P99_MS} ms",
                reason="the call to a remote model alone takes longer; the model belongs inside the service",
            ),
        )
        too_small = latency is not None and float(str(latency)) < SMALLEST_P99_MS
        return Fit(
            score=70,
            reasons=(
                "no limit of requests a second but that of the nodes, and no hop out of the cluster",
                "no local accounts and no public address; models stay registered in Azure ML",
            ),
            violated=violated if too_small else (),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        used = ("endpoint_requests_per_instance", "utilisation_target")
        load = "requests_per_second x (1 + growth) / (endpoint_requests_per_instance x utilisation_target), rounded up"
        return (
            demand.quantity(
                "nodes",
                f"nodes of {NODE_SIZE}, one replica each",
                f"{load} = load; load / (3 - 1), rounded up, x 3: one zone of three may be lost",
                lambda assumptions: _nodes(demand, assumptions),
                needs=("requests_per_second", "growth"),
                assumptions=used,
            ),
            demand.quantity(
                "max_nodes",
                f"nodes of {NODE_SIZE}",
                f"nodes x endpoint_burst_factor, rounded up, where nodes follow from {load}, at most {MAX_NODES}",
                lambda assumptions: min(
                    MAX_NODES, ceil(round(_nodes(demand, assumptions) * assumptions.value("endpoint_burst_factor"), 9))
                ),
                needs=("requests_per_second", "growth"),
                assumptions=(*used, "endpoint_burst_factor"),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        assumptions, own = neighbours.assumptions, _camel_case(component.id)
        return {
            "node_size": NODE_SIZE,
            "replica_cpus": REPLICA_CPUS,
            "latency_budget_ms": assumptions.value("hop_model_ms"),
            "capture_percent": int(assumptions.value("capture_percent")),
            "image_digest": Setting(
                key=f"{own}ImageDigest",
                description=f"Digest (sha256:...) of the approved model's image {component.id} in the registry",
                live=True,
                sample="sha256:" + "d" * 64,
            ),
            "manifests": Setting(
                key=f"{own}Manifests",
                description=f"Folder of the manifests container that app/{component.id}/kubernetes was uploaded to",
                live=True,
                sample=f"{component.id}/4f9d2c1",
            ),
        }


def _nodes(demand: Demand, assumptions: Assumptions) -> int:
    return instances_over_zones(
        one_year_of_growth(demand.number("requests_per_second"), demand.number("growth")),
        assumptions.value("endpoint_requests_per_instance"),
        assumptions.value("utilisation_target"),
    )


def _camel_case(id: str) -> str:
    first, *rest = id.split("-")
    return first + "".join(word.capitalize() for word in rest)


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
    minimum={"nodes": 2, "max_nodes": 3},
)
