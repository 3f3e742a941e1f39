"""A fleet behind a call: enough for the peak with one zone lost, and few enough in line for the wait to fit its hop."""

from __future__ import annotations

from dataclasses import dataclass

from archgen.knowledge import Assumptions
from archgen.sizing.formulae import ZONES, instances_over_zones
from archgen.sizing.queueing import wait_p99_ms

USED = (
    "endpoint_requests_per_instance",
    "endpoint_service_time_ms",
    "endpoint_servers_per_instance",
    "hop_model_ms",
    "utilisation_target",
)
"""The assumptions behind a fleet."""
_HALVINGS = 50
FORMULA = (
    "requests / (endpoint_requests_per_instance x utilisation_target), rounded up = load; load / (3 - 1), rounded up,"
    " x 3: one zone of three may be lost; an instance a zone more until 99 of 100 wait at most hop_model_ms -"
    " endpoint_service_time_ms for a free server (M/M/c)"
)


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Instances over three zones, and the wait at p99 while one zone is lost; infinite where nothing helps."""

    instances: int
    wait_p99_ms: float


def fleet(rate: float, assumptions: Assumptions) -> Fleet:
    """The fleet for `rate` requests a second.

    Where the line is too long, instances are added until the wait fits what the model's hop leaves beside the service
    time. A hop shorter than the service time leaves nothing to wait: then the load alone decides, and the wait says so.
    """
    instances = instances_over_zones(
        rate, assumptions.value("endpoint_requests_per_instance"), assumptions.value("utilisation_target")
    )
    service_ms = assumptions.value("endpoint_service_time_ms")
    servers = max(1, round(assumptions.value("endpoint_servers_per_instance")))
    allowed = assumptions.value("hop_model_ms") - service_ms
    if allowed > 0:
        carried = _rate_within(allowed, service_ms, servers)
        instances = max(instances, instances_over_zones(rate, carried, 1.0))
    return Fleet(instances=instances, wait_p99_ms=_wait(rate, instances, service_ms, servers))


def _wait(rate: float, instances: int, service_ms: float, servers: int) -> float:
    """The wait on one instance when a zone is lost: each keeps a line of its own, which is the cautious reading."""
    left = instances * (ZONES - 1) // ZONES
    return wait_p99_ms(rate / left, service_ms, servers) if left else 0.0


def _rate_within(allowed_ms: float, service_ms: float, servers: int) -> float:
    """The highest rate of one instance whose wait stays within `allowed_ms`, by halving what is left to search."""
    low, high = 0.0, servers * 1000 / service_ms
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if wait_p99_ms(middle, service_ms, servers) <= allowed_ms else (low, middle)
    return low
