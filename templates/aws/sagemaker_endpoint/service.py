"""Real-time endpoint: SageMaker AI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services import Demand, Fit, Neighbours, Port, Setting, Value
from archgen.services.limits import above
from archgen.services.names import camel
from archgen.services.roles.realtime_endpoint import RealtimeEndpoint, concurrent_requests, latency_limit
from archgen.sizing import Quantity
from archgen.topology import Component, Needs

INSTANCE_TYPE = "ml.c6i.2xlarge"
VCPUS = 8

PAYLOAD_BYTES = 6_291_456
"""Largest body of InvokeEndpoint; see `payload` in service.yaml."""
LARGER_REQUEST = "a real-time endpoint takes no larger request; larger ones belong on an asynchronous endpoint"

SMALLEST_P99_MS = 15
"""What the call and a gradient-boosted model take at p99; see `smallest-latency` in service.yaml."""


@dataclass(frozen=True, kw_only=True)
class SagemakerEndpoint(RealtimeEndpoint):
    """Sized for the peak in a year with one zone lost; it has a largest request and a smallest latency."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "releases by canary, taken back by alarms",
                "isolated containers in private subnets, customer keys, captured traffic for drift",
            ),
            violated=(
                *above(needs, "payload_bytes", PAYLOAD_BYTES, "bytes", LARGER_REQUEST),
                *latency_limit(needs, SMALLEST_P99_MS),
            ),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        rows = super().size(demand)
        if not _has_challenger(demand.needs):
            return rows
        shadow = "instances x shadow_share, rounded up: a copy of that share of the requests, whose loss harms nobody"
        return (*rows, self.counting(demand, "shadow_instances", self.counted, shadow, "shadow_share"))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        assumptions = neighbours.assumptions
        found: dict[str, Value] = {
            "instance_type": INSTANCE_TYPE,
            "vcpus": VCPUS,
            "concurrent_requests": concurrent_requests(assumptions),
            "latency_budget_ms": assumptions.value("hop_model_ms"),
            "capture_percent": int(assumptions.value("capture_percent")),
            "planned_minimums": Setting(
                key=f"{camel(component.id)}PlannedMinimums",
                description="Least instances by the calendar, where peaks or quiet hours are known ahead, each "
                "'cron(0 18 ? * FRI *) Europe/Dublin 24' (or at(...)); it holds until the next entry. A release starts "
                "from the sized number in any case. An empty list keeps that number all day",
                type="array",
                sample=("cron(0 18 ? * FRI *) Europe/Dublin 24", "cron(0 6 ? * SAT *) Europe/Dublin 18"),
            ),
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


SERVICE = SagemakerEndpoint(
    id="sagemaker_endpoint",
    role="realtime-endpoint",
    class_name="SagemakerEndpoint",
    title="Amazon SageMaker AI real-time endpoint",
    limited=True,
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
    counted="instances",
    minimum={"instances": 2, "max_instances": 4, "shadow_instances": 1},
)
