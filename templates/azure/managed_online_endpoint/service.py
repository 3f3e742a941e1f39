"""The model on an Azure ML managed online endpoint, within the limits of one endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth
from archgen.topology import Component, Needs

INSTANCE_TYPE = "Standard_F8s_v2"
REQUESTS_PER_SECOND = 500
"""Requests a second of one endpoint; see `requests` in service.yaml."""
MEGABYTES_PER_SECOND = 5
"""Bytes of one endpoint; see `bandwidth` in service.yaml."""
MAX_INSTANCES = 50
SMALLEST_P99_MS = 15
"""What the call and a gradient-boosted model take at p99."""


class ManagedOnlineEndpointService(Service):
    """Fits loads below the limits that an endpoint has by default; raised ones are the subscription's to ask for."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=("no cluster to run, and instances that Azure patches", "Entra tokens and a private endpoint"),
            violated=tuple(_violations(needs)),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        used = ("endpoint_requests_per_instance", "utilisation_target")
        load = "requests_per_second x (1 + growth) / (endpoint_requests_per_instance x utilisation_target), rounded up"
        return (
            demand.quantity(
                "instances",
                "instances",
                f"{load} = load; load / (3 - 1), rounded up, x 3: one zone of three may be lost",
                lambda assumptions: _instances(demand, assumptions),
                needs=("requests_per_second", "growth"),
                assumptions=used,
            ),
            demand.quantity(
                "max_instances",
                "instances",
                f"instances x endpoint_burst_factor, rounded up, where instances follow from {load}, at most 50",
                lambda assumptions: min(
                    MAX_INSTANCES,
                    ceil(round(_instances(demand, assumptions) * assumptions.value("endpoint_burst_factor"), 9)),
                ),
                needs=("requests_per_second", "growth"),
                assumptions=(*used, "endpoint_burst_factor"),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        assumptions = neighbours.assumptions
        rate = assumptions.value("endpoint_requests_per_instance") * assumptions.value("utilisation_target")
        return {
            "instance_type": INSTANCE_TYPE,
            # Little's law: rate x time in the system.
            "concurrent_requests": max(1, ceil(round(rate * assumptions.value("endpoint_service_time_ms") / 1000, 9))),
            "latency_budget_ms": assumptions.value("hop_model_ms"),
            "capture_percent": int(assumptions.value("capture_percent")),
            "image_digest": Setting(
                key=f"{_camel_case(component.id)}ImageDigest",
                description=f"Digest (sha256:...) of the approved model's image {component.id} in the registry",
                live=True,
                sample="sha256:" + "d" * 64,
            ),
        }


def _violations(needs: Needs) -> list[Violation]:
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
    latency = needs.get("latency_p99_ms")
    if latency is not None and float(str(latency)) < SMALLEST_P99_MS:
        violated.append(
            Violation(
                need="latency_p99_ms",
                found=f"{float(str(latency)):g} ms",
                limit=f"{SMALLEST_P99_MS} ms",
                reason="the call to a remote endpoint alone takes longer; the model belongs inside the service",
            )
        )
    return violated


def _number(needs: Needs, name: str) -> float:
    return float(str(needs.get(name, 0)))


def _instances(demand: Demand, assumptions: Assumptions) -> int:
    return instances_over_zones(
        one_year_of_growth(demand.number("requests_per_second"), demand.number("growth")),
        assumptions.value("endpoint_requests_per_instance"),
        assumptions.value("utilisation_target"),
    )


def _camel_case(id: str) -> str:
    first, *rest = id.split("-")
    return first + "".join(word.capitalize() for word in rest)


SERVICE = ManagedOnlineEndpointService(
    id="managed_online_endpoint",
    role="realtime-endpoint",
    class_name="ManagedOnlineEndpoint",
    title="Azure ML managed online endpoint",
    speaks=frozenset({"azureml"}),
    ports=(Port(argument="capture", kind="capture", role="lake", speaks=frozenset({"blob"}), verb="writes"),),
    reached_through="amlworkspace",
    minimum={"instances": 2, "max_instances": 3},
)
