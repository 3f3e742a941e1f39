"""Scoring service on Azure Kubernetes Service: always warm, beside the model, behind a private address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from archgen.errors import NotFeasible, Problem
from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth
from archgen.topology import Component, Needs

NODE_SIZE = "Standard_D8ds_v5"
REPLICAS_PER_NODE = 7
"""Pods of one processor on a node of eight: the rest is the kubelet's and the agents'."""
ZONES = 3


@dataclass(frozen=True, kw_only=True)
class AksScoringService(Service):
    """Pods behind an internal load balancer that decide within the latency limit, by rules if need be."""

    def suits(self, needs: Needs) -> Fit:
        violated = []
        limit, fallback = needs.get("latency_p99_ms"), needs.get("fallback_after_ms")
        if isinstance(limit, int | float) and isinstance(fallback, int | float) and fallback >= limit:
            violated.append(
                Violation(
                    need="fallback_after_ms",
                    found=f"{fallback:g} ms",
                    limit=f"less than {limit:g} ms",
                    reason="rules have to decide before the latency limit, or they come too late",
                )
            )
        if needs.get("tokenises"):
            violated.append(
                Violation(
                    need="tokenises",
                    found="card numbers in the clear",
                    limit="tokens",
                    reason="no service here keeps a key for tokens yet",
                )
            )
        return Fit(
            score=90,
            reasons=(
                "pods that are always warm, in the model's own cluster: no gateway's quota and no hop between them",
                "mutual TLS that ends in the pod, behind a private address over three zones",
            ),
            violated=tuple(violated),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        used = ("scoring_requests_per_task", "utilisation_target")
        load = (
            "ceil(requests_per_second × (1 + growth) ÷ (scoring_requests_per_task × utilisation_target)), one zone of"
            " three lost"
        )

        def row(name: str, unit: str, formula: str, times: bool, per_node: bool) -> Quantity:
            def compute(assumptions: Assumptions) -> int:
                pods = _replicas(demand, assumptions)
                pods = ceil(pods * assumptions.value("container_burst")) if times else pods
                return _nodes(pods) if per_node else pods

            assumed = (*used, "container_burst") if times else used
            return demand.quantity(
                name, unit, formula, compute, needs=("requests_per_second", "growth"), assumptions=assumed
            )

        on_nodes = f"÷ {REPLICAS_PER_NODE} a node, up to a multiple of {ZONES} zones"
        return (
            row("replicas", "replicas of 1 vCPU", load, False, False),
            row("max_replicas", "replicas of 1 vCPU", f"{load}; × container_burst", True, False),
            row("nodes", f"nodes of {NODE_SIZE}", f"{load}; {on_nodes}", False, True),
            row("max_nodes", f"nodes of {NODE_SIZE}", f"{load}; × container_burst; {on_nodes}", True, True),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        caller = _caller(component, neighbours)
        its, own = _camel_case(caller), _camel_case(component.id)
        return {
            "caller": caller,
            "caller_cidrs": Setting(
                key=f"{its}Cidrs",
                description=f"Address ranges that {caller} calls from",
                type="array",
                sample=("10.64.16.0/24",),
            ),
            "caller_ca_bundle": Setting(
                key=f"{its}CaBundle",
                description=f"PEM of the authorities that sign the client certificates of {caller}",
                sample="-----BEGIN CERTIFICATE-----\ncaller authority\n-----END CERTIFICATE-----\n",
            ),
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
            "entities": component.needs.get("entities", ()),
            "latency_p99_ms": _milliseconds(component, "latency_p99_ms"),
            "fallback_after_ms": _milliseconds(component, "fallback_after_ms"),
            "node_size": NODE_SIZE,
            "image_digest": Setting(
                key=f"{own}ImageDigest",
                description=f"Digest (sha256:...) of the image {component.id} in the platform's registry",
                live=True,
                sample="sha256:" + "a" * 64,
            ),
            "manifests": Setting(
                key=f"{own}Manifests",
                description=f"Folder of the manifests container that app/{component.id}/kubernetes was uploaded to",
                live=True,
                sample=f"{component.id}/4f9d2c1",
            ),
        }


def _replicas(demand: Demand, assumptions: Assumptions) -> int:
    return instances_over_zones(
        one_year_of_growth(demand.number("requests_per_second"), demand.number("growth")),
        assumptions.value("scoring_requests_per_task"),
        assumptions.value("utilisation_target"),
    )


def _nodes(replicas: int) -> int:
    return ceil(ceil(replicas / REPLICAS_PER_NODE) / ZONES) * ZONES


def _caller(component: Component, neighbours: Neighbours) -> str:
    callers = [
        flow.opener
        for flow in neighbours.flows(component.id)
        if flow.kind == "request" and neighbours.topology.is_external(flow.opener)
    ]
    if len(callers) != 1:
        raise NotFeasible(
            Problem(
                id="scoring-callers",
                path="consumers",
                message=f"'{component.id}' has {len(callers)} callers ({', '.join(callers) or 'none'})",
                expected="one consumer of pattern sync: the service trusts one caller's certificates",
                hint="put a gateway of your own in front, or generate a service per caller",
            )
        )
    return callers[0]


def _milliseconds(component: Component, need: str) -> int:
    value = component.needs.get(need)
    if not isinstance(value, int | float):
        raise NotFeasible(
            Problem(
                id="scoring-need",
                path="workload.latency",
                message=f"'{component.id}' has no {need}",
                expected="milliseconds: the service promises a latency and falls back to rules before it",
            )
        )
    return int(value)


def _camel_case(id: str) -> str:
    first, *rest = id.split("-")
    return first + "".join(word.capitalize() for word in rest)


SERVICE = AksScoringService(
    id="aks_scoring",
    role="scoring",
    class_name="AksScoring",
    title="Scoring service on Azure Kubernetes Service",
    speaks=frozenset({"rest"}),
    inside_network=True,
    calls=frozenset({"cluster"}),
    ports=(
        Port(
            argument=None,
            kind="request",
            role="consumer",
            speaks=frozenset({"rest"}),
            verb="calls",
            grant="address",
            settings=("Cidrs",),
        ),
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
