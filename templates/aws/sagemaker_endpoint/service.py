"""Real-time endpoint: SageMaker AI."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.names import camel
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth
from archgen.topology import Component, Needs

INSTANCE_TYPE = "ml.c6i.2xlarge"
VCPUS = 8

PAYLOAD_BYTES = 6_291_456
"""Largest body of InvokeEndpoint; see `payload` in service.yaml."""

SMALLEST_P99_MS = 15
"""What the call and a gradient-boosted model take at p99; see `smallest-latency` in service.yaml."""


class SagemakerEndpoint(Service):
    """Sized for the peak in a year with one zone lost; it has a largest request and a smallest latency."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "releases by canary, taken back by alarms",
                "isolated containers in private subnets, customer keys, captured traffic for drift",
            ),
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
                f"instances x endpoint_burst_factor, rounded up, where instances follow from {load}, over three zones "
                "with one lost",
                lambda assumptions: ceil(
                    round(_instances(demand, assumptions) * assumptions.value("endpoint_burst_factor"), 9)
                ),
                needs=("requests_per_second", "growth"),
                assumptions=(*used, "endpoint_burst_factor"),
            ),
            *_shadow(demand, used),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        assumptions = neighbours.assumptions
        found: dict[str, Value] = {
            "instance_type": INSTANCE_TYPE,
            "vcpus": VCPUS,
            "concurrent_requests": _concurrent_requests(assumptions),
            "latency_budget_ms": assumptions.value("hop_model_ms"),
            "capture_percent": int(assumptions.value("capture_percent")),
            "model_package_arn": _package(component, neighbours, "modelPackageArn", _brought(component, neighbours)),
        }
        asked_by = [flow.opener for flow in neighbours.flows(component.id) if flow.kind == "inference"]
        if asked_by:
            found["decided_by"] = asked_by[0]
            found["approval_rate_floor"] = assumptions.value("approval_rate_floor")
        if _has_challenger(component.needs):
            found["shadow_share"] = assumptions.value("shadow_share")
            found["challenger_package_arn"] = _package(
                component,
                neighbours,
                f"{camel(component.id)}ChallengerPackageArn",
                "ARN of the model package that runs in the champion's shadow; the champion's while there is no other",
            )
        return found


def _brought(component: Component, neighbours: Neighbours) -> str:
    if any(flow.kind == "model" for flow in neighbours.flows(component.id)):
        return "ARN of the approved model package, as the promotion tells it"
    return (
        "ARN of the approved model package; its image lies in this endpoint's image repository, its artefact below "
        f"models/{component.id}/ in the artefacts bucket"
    )


def _package(component: Component, neighbours: Neighbours, key: str, description: str) -> Setting:
    return Setting(
        key=key,
        description=description,
        live=True,
        sample=f"arn:aws:sagemaker:{neighbours.region.name}:123456789012:model-package/{component.id}/1",
    )


def _has_challenger(needs: Needs) -> bool:
    """Two models that are trained here are a champion and a challenger; one that is brought has no shadow."""
    return needs.get("training") == "here" and float(str(needs.get("models", 1))) >= 2


def _shadow(demand: Demand, used: tuple[str, ...]) -> tuple[Quantity, ...]:
    if not _has_challenger(demand.needs):
        return ()
    return (
        demand.quantity(
            "shadow_instances",
            "instances",
            "instances x shadow_share, rounded up: a copy of that share of the requests, whose loss harms nobody",
            lambda assumptions: ceil(round(_instances(demand, assumptions) * assumptions.value("shadow_share"), 9)),
            needs=("requests_per_second", "growth"),
            assumptions=(*used, "shadow_share"),
        ),
    )


def _violations(needs: Needs) -> list[Violation]:
    violated = []
    payload = float(str(needs.get("payload_bytes", 0)))
    if payload > PAYLOAD_BYTES:
        violated.append(
            Violation(
                need="payload_bytes",
                found=f"{payload:,.0f} bytes",
                limit=f"{PAYLOAD_BYTES:,} bytes",
                reason="a real-time endpoint takes no larger request; larger ones belong on an asynchronous endpoint",
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


def _instances(demand: Demand, assumptions: Assumptions) -> int:
    return instances_over_zones(
        one_year_of_growth(demand.number("requests_per_second"), demand.number("growth")),
        assumptions.value("endpoint_requests_per_instance"),
        assumptions.value("utilisation_target"),
    )


def _concurrent_requests(assumptions: Assumptions) -> int:
    """Requests in flight on an instance at its planned load, by Little's law: rate x time in the system."""
    rate = assumptions.value("endpoint_requests_per_instance") * assumptions.value("utilisation_target")
    return max(1, ceil(round(rate * assumptions.value("endpoint_service_time_ms") / 1000, 9)))


SERVICE = SagemakerEndpoint(
    id="sagemaker_endpoint",
    role="realtime-endpoint",
    class_name="SagemakerEndpoint",
    title="Amazon SageMaker AI real-time endpoint",
    speaks=frozenset({"sagemaker"}),
    ports=(
        # The lake names its grant `<writer>-writes-<lake>`, whoever the writer is.
        Port(argument="capture", kind="capture", role="lake", speaks=frozenset({"s3"}), verb="writes"),
        Port(
            argument="registry",
            kind="model",
            role="model-registry",
            speaks=frozenset({"sagemaker-registry"}),
            verb="reads",
            optional=True,
        ),
    ),
    inside_network=True,
    reached_through="sagemaker.runtime",
    minimum={"instances": 2, "max_instances": 4, "shadow_instances": 1},
)
