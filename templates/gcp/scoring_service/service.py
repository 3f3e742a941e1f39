"""Scoring service: Cloud Run behind a private load balancer, with as many instances warm as the peak needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services import Neighbours, Port, Setting, Value
from archgen.services.names import camel
from archgen.services.roles.scoring import CALLER, Scoring, only_caller, scoring_containers
from archgen.topology import Component


@dataclass(frozen=True, kw_only=True)
class ScoringService(Scoring):
    """Instances behind a private load balancer that decide within the latency limit, by rules if need be."""

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        caller = only_caller(component, neighbours)
        return {
            **super().arguments(component, neighbours),
            "certificate": Setting(
                key=f"{camel(component.id)}Certificate",
                description=(
                    f"Certificate Manager certificate of the name under which {caller} reaches {component.id}, in the "
                    "region, as projects/<project>/locations/<region>/certificates/<name>"
                ),
                sample=f"projects/landing-zone/locations/{neighbours.region.name}/certificates/{component.id}",
            ),
        }


SERVICE = ScoringService(
    id="scoring_service",
    role="scoring",
    class_name="ScoringService",
    title="Scoring service on Cloud Run",
    exports=("address", "repository_url"),
    speaks=frozenset({"rest"}),
    inside_network=True,
    calls=frozenset({"googleapis.com"}),
    strengths=(
        "instances that are always warm: no cold start, and no gateway between caller and service",
        "mutual TLS at a private load balancer of the region",
    ),
    containers=scoring_containers("instances"),
    ports=(
        CALLER,
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
