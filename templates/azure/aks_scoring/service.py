"""Scoring service on Azure Kubernetes Service: always warm, beside the model, behind a private address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Neighbours, Port, Setting, Value
from archgen.services.names import camel
from archgen.services.roles.scoring import CALLER, Scoring, only_caller, scoring_containers
from archgen.sizing import Quantity
from archgen.topology import Component

NODE_SIZE = "Standard_D8ds_v5"
REPLICAS_PER_NODE = 7
"""Pods of one processor on a node of eight: the rest is the kubelet's and the agents'."""
ZONES = 3


@dataclass(frozen=True, kw_only=True)
class AksScoringService(Scoring):
    """Pods behind an internal load balancer that decide within the latency limit, by rules if need be."""

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        replicas = self.containers.planned(demand)
        load = replicas.formula

        def row(name: str, unit: str, formula: str, times: bool, per_node: bool) -> Quantity:
            def compute(assumptions: Assumptions) -> int:
                counted = self.containers.burst if times else self.containers.count
                pods = counted(demand, assumptions)
                return _nodes(pods) if per_node else pods

            used = self.containers.used()
            return demand.quantity(
                name,
                unit,
                formula,
                compute,
                needs=("requests_per_second", "growth"),
                assumptions=(*used, "container_burst") if times else used,
            )

        on_nodes = f"÷ {REPLICAS_PER_NODE} a node, up to a multiple of {ZONES} zones"
        return (
            replicas,
            row("max_replicas", "replicas of 1 vCPU", f"{load}; × container_burst", True, False),
            row("nodes", f"nodes of {NODE_SIZE}", f"{load}; {on_nodes}", False, True),
            row("max_nodes", f"nodes of {NODE_SIZE}", f"{load}; × container_burst; {on_nodes}", True, True),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        caller, own = only_caller(component, neighbours), camel(component.id)
        return {
            **super().arguments(component, neighbours),
            "address": Setting(
                key=f"{own}Address",
                description=f"Free address in the last hundred of the first eighth of networkCidr, at which {caller}"
                f" reaches {component.id}",
                sample="10.20.1.200",
            ),
            "certificate": Setting(
                key=f"{own}Certificate",
                description=f"Name, in the platform's Key Vault, of the certificate that {caller} is shown",
                sample=component.id,
            ),
            "node_size": NODE_SIZE,
            "manifests": Setting(
                key=f"{own}Manifests",
                description=f"Folder of the manifests container that app/{component.id}/kubernetes was uploaded to",
                live=True,
                sample=f"{component.id}/4f9d2c1",
            ),
        }


def _nodes(replicas: int) -> int:
    return ceil(ceil(replicas / REPLICAS_PER_NODE) / ZONES) * ZONES


SERVICE = AksScoringService(
    id="aks_scoring",
    role="scoring",
    class_name="AksScoring",
    title="Scoring service on Azure Kubernetes Service",
    speaks=frozenset({"rest"}),
    inside_network=True,
    calls=frozenset({"cluster"}),
    strengths=(
        "pods that are always warm, in the model's own cluster: no gateway's quota and no hop between them",
        "mutual TLS that ends in the pod, behind a private address over three zones",
    ),
    containers=scoring_containers("replicas"),
    shared_registry=True,
    numbered_ranges=False,
    ports=(
        CALLER,
        Port(
            argument="features",
            kind="features",
            role="online-features",
            speaks=frozenset({"redis"}),
            verb="reads",
            optional=True,
        ),
        Port(
            argument="model",
            kind="inference",
            role="realtime-endpoint",
            speaks=frozenset({"kubernetes", "azureml"}),
            verb="invokes",
            # The policy that admits it is applied together with the model's manifests.
            live=True,
        ),
        Port(argument="decisions", kind="events", role="event-stream", speaks=frozenset({"event-hubs"}), verb="writes"),
    ),
    minimum={"replicas": 2, "max_replicas": 4, "nodes": 2, "max_nodes": 3},
)
