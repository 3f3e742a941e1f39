"""The model on an Azure ML managed online endpoint, within the limits of one endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services import Fit, Neighbours, Port, Value, Violation
from archgen.services.containers import digest
from archgen.services.roles.realtime_endpoint import RealtimeEndpoint, concurrent_requests, latency_limit
from archgen.sizing import one_year_of_growth
from archgen.topology import Component, Needs

INSTANCE_TYPE = "Standard_F8s_v2"
REQUESTS_PER_SECOND = 500
"""Requests a second of one endpoint; see `requests` in service.yaml."""
MEGABYTES_PER_SECOND = 5
"""Bytes of one endpoint; see `bandwidth` in service.yaml."""
MAX_INSTANCES = 50
SMALLEST_P99_MS = 15
"""What the call and a gradient-boosted model take at p99."""


@dataclass(frozen=True, kw_only=True)
class ManagedOnlineEndpointService(RealtimeEndpoint):
    """Fits loads below the limits that an endpoint has by default; raised ones are the subscription's to ask for."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=("no cluster to run, and instances that Azure patches", "Entra tokens and a private endpoint"),
            violated=_violations(needs),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        assumptions = neighbours.assumptions
        return {
            "instance_type": INSTANCE_TYPE,
            "concurrent_requests": concurrent_requests(assumptions),
            "latency_budget_ms": assumptions.value("hop_model_ms"),
            "capture_percent": int(assumptions.value("capture_percent")),
            "image_digest": digest(component.id, f"approved model's image {component.id} in the registry", "d"),
        }


def _violations(needs: Needs) -> tuple[Violation, ...]:
    requests = one_year_of_growth(_number(needs, "requests_per_second"), _number(needs, "growth"))
    megabytes = requests * _number(needs, "payload_bytes") / 1_000_000
    violated = []
    if requests > REQUESTS_PER_SECOND:
        violated.append(
            Violation(
                need="requests_per_second",
                found=f"{requests:,.0f} requests/s in a year",
                limit=f"{REQUESTS_PER_SECOND} requests/s",
                reason="a managed online endpoint has this limit unless Microsoft raises it in writing",
            )
        )
    if megabytes > MEGABYTES_PER_SECOND:
        violated.append(
            Violation(
                need="payload_bytes",
                found=f"{megabytes:,.1f} MB/s",
                limit=f"{MEGABYTES_PER_SECOND} MB/s",
                reason="a managed online endpoint passes no more bytes through unless Microsoft raises it in writing",
            )
        )
    return (*violated, *latency_limit(needs, SMALLEST_P99_MS))


def _number(needs: Needs, name: str) -> float:
    return float(str(needs.get(name, 0)))


SERVICE = ManagedOnlineEndpointService(
    id="managed_online_endpoint",
    role="realtime-endpoint",
    class_name="ManagedOnlineEndpoint",
    title="Azure ML managed online endpoint",
    speaks=frozenset({"azureml"}),
    ports=(Port(argument="capture", kind="capture", role="lake", speaks=frozenset({"blob"}), verb="writes"),),
    reached_through="amlworkspace",
    counted="instances",
    at_most=MAX_INSTANCES,
    minimum={"instances": 2, "max_instances": 3},
)
