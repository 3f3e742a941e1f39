"""Scoring service: Cloud Run behind a private load balancer, with as many instances warm as the peak needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from archgen.errors import NotFeasible, Problem
from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.names import camel
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth
from archgen.topology import Component, Needs


@dataclass(frozen=True, kw_only=True)
class ScoringService(Service):
    """Instances behind a private load balancer that decide within the latency limit, by rules if need be."""

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
        return Fit(
            score=90,
            reasons=(
                "instances that are always warm: no cold start, and no gateway between caller and service",
                "mutual TLS at a private load balancer of the region",
            ),
            violated=tuple(violated),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        load = one_year_of_growth(demand.number("requests_per_second"), demand.number("growth"))

        def instances(assumptions: Assumptions) -> int:
            return instances_over_zones(
                load, assumptions.value("scoring_requests_per_task"), assumptions.value("utilisation_target")
            )

        return (
            demand.quantity(
                "instances",
                "instances of 1 vCPU",
                "ceil(requests_per_second × (1 + growth) ÷ (scoring_requests_per_task × utilisation_target)), one zone "
                "of three lost",
                instances,
                needs=("requests_per_second", "growth"),
                assumptions=("scoring_requests_per_task", "utilisation_target"),
            ),
            demand.quantity(
                "max_instances",
                "instances of 1 vCPU",
                "ceil(instances × container_burst), the ceiling of autoscaling",
                lambda assumptions: ceil(instances(assumptions) * assumptions.value("container_burst")),
                needs=("requests_per_second", "growth"),
                assumptions=("scoring_requests_per_task", "utilisation_target", "container_burst"),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        caller = _caller(component, neighbours)
        its, own = camel(caller), camel(component.id)
        return {
            "caller": caller,
            "caller_cidrs": Setting(
                key=f"{its}Cidrs",
                description=f"Address ranges that {caller} calls from; add new ones at the end",
                type="array",
                sample=("10.64.16.0/24",),
            ),
            "caller_ca_bundle": Setting(
                key=f"{its}CaBundle",
                description=f"PEM of the authorities that sign the client certificates of {caller}",
                sample="-----BEGIN CERTIFICATE-----\ncaller authority\n-----END CERTIFICATE-----\n",
            ),
            "certificate": Setting(
                key=f"{own}Certificate",
                description=(
                    f"Certificate Manager certificate of the name under which {caller} reaches {component.id}, in the "
                    "region, as projects/<project>/locations/<region>/certificates/<name>"
                ),
                sample=f"projects/landing-zone/locations/{neighbours.region.name}/certificates/{component.id}",
            ),
            "entities": component.needs.get("entities", ()),
            "latency_p99_ms": _milliseconds(component, "latency_p99_ms"),
            "fallback_after_ms": _milliseconds(component, "fallback_after_ms"),
            "image_digest": Setting(
                key=f"{own}ImageDigest",
                description=f"Digest (sha256:...) of the image of {component.id} in its repository",
                live=True,
                sample="sha256:" + "a" * 64,
            ),
        }


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


SERVICE = ScoringService(
    id="scoring_service",
    role="scoring",
    class_name="ScoringService",
    title="Scoring service on Cloud Run",
    exports=("address", "repository_url"),
    speaks=frozenset({"rest"}),
    inside_network=True,
    calls=frozenset({"googleapis.com"}),
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
            speaks=frozenset({"valkey"}),
            verb="reads",
            optional=True,
        ),
        Port(
            argument="model",
            kind="inference",
            role="realtime-endpoint",
            speaks=frozenset({"vertex"}),
            verb="invokes",
        ),
        Port(
            argument="decisions",
            kind="events",
            role="event-stream",
            speaks=frozenset({"pubsub"}),
            verb="writes",
        ),
    ),
    minimum={"instances": 2, "max_instances": 4},
)
