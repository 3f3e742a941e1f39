"""An endpoint is sized for the peak in a year with one zone lost, and a call has a smallest latency."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from archgen.knowledge import assumptions
from archgen.services.roles.realtime_endpoint import (
    RealtimeEndpoint,
    concurrent_requests,
    latency_limit,
    planned_instances,
)
from tests.services.surroundings import by_name, demand

ENDPOINT = RealtimeEndpoint(
    id="tested", role="realtime-endpoint", class_name="Tested", title="Tested", counted="replicas"
)
FRAUD = demand(requests_per_second=10_000, growth=0.2)


def test_the_fraud_case_takes_eighteen_with_one_zone_lost() -> None:
    assert planned_instances(FRAUD, assumptions()) == 18
    assert by_name(ENDPOINT.size(FRAUD)).replicas.value == 18


def test_it_scales_by_the_burst_and_no_further_than_an_endpoint_may() -> None:
    burst = assumptions().value("endpoint_burst_factor")
    free = by_name(ENDPOINT.size(FRAUD)).max_replicas
    held = by_name(replace(ENDPOINT, at_most=20).size(FRAUD)).max_replicas
    assert free.value == ceil(18 * burst) > 20
    assert held.value == 20
    assert held.formula.endswith("at most 20")


def test_a_share_of_the_instances_is_rounded_up() -> None:
    changed = demand({"shadow_share": 0.34}, requests_per_second=10_000, growth=0.2)
    assert ENDPOINT.counting(changed, "shadow", "replicas", "a share", "shadow_share").value == 7


def test_in_flight_is_rate_times_time_and_at_least_one() -> None:
    known = {"endpoint_requests_per_instance": 1000.0, "utilisation_target": 0.5}
    assert concurrent_requests(assumptions().overridden({**known, "endpoint_service_time_ms": 8.0})) == 4
    assert concurrent_requests(assumptions().overridden({**known, "endpoint_service_time_ms": 0.1})) == 1


def test_a_faster_need_sends_the_model_into_the_service() -> None:
    assert latency_limit({"latency_p99_ms": 15}, 15) == ()
    (violation,) = latency_limit({"latency_p99_ms": 5}, 15, called="model")
    assert violation.reason == "the call to a remote model alone takes longer; the model belongs inside the service"
