"""Real-time endpoint: Vertex AI on Private Service Connect."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.names import camel
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth
from archgen.topology import Component, Needs

MACHINE_TYPE = "n2-standard-8"

PAYLOAD_BYTES = 10_000_000
"""Largest request of a private endpoint; see `payload` in service.yaml."""

SMALLEST_P99_MS = 20
"""What the call, its authorisation and a gradient-boosted model take at p99; see `smallest-latency` in service.yaml."""


class VertexEndpointService(Service):
    """Sized for the peak in a year with one zone lost; it has a largest request and a smallest latency."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "no rate limit on a private endpoint, where a shared public one takes 500 requests/s",
                "releases by canary, taken back by their own errors and latency",
            ),
            violated=tuple(_violations(needs)),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        used = ("endpoint_requests_per_instance", "utilisation_target")
        load = "requests_per_second x (1 + growth) / (endpoint_requests_per_instance x utilisation_target), rounded up"
        return (
            demand.quantity(
                "replicas",
                "replicas",
                f"{load} = load; load / (3 - 1), rounded up, x 3: one zone of three may be lost",
                lambda assumptions: _replicas(demand, assumptions),
                needs=("requests_per_second", "growth"),
                assumptions=used,
            ),
            demand.quantity(
                "max_replicas",
                "replicas",
                f"replicas x endpoint_burst_factor, rounded up, where replicas follow from {load}, over three zones "
                "with one lost",
                lambda assumptions: ceil(
                    round(_replicas(demand, assumptions) * assumptions.value("endpoint_burst_factor"), 9)
                ),
                needs=("requests_per_second", "growth"),
                assumptions=(*used, "endpoint_burst_factor"),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        assumptions, key = neighbours.assumptions, camel(component.id)
        return {
            "machine_type": MACHINE_TYPE,
            "latency_budget_ms": assumptions.value("hop_model_ms"),
            "capture_share": assumptions.value("capture_percent") / 100,
            "model_image_digest": Setting(
                key=f"{key}ImageDigest",
                description=f"Digest (sha256:...) of the model server's image in the repository of {component.id}",
                live=True,
                sample="sha256:" + "d" * 64,
            ),
            "model_artifacts": Setting(
                key=f"{key}Artifacts",
                description=f"Folder of the model's files, below models/{component.id}/ in the artefacts bucket: gs://...",
                live=True,
                sample=f"gs://artefacts/models/{component.id}/1",
            ),
        }


def _violations(needs: Needs) -> list[Violation]:
    violated = []
    payload = float(str(needs.get("payload_bytes", 0)))
    if payload > PAYLOAD_BYTES:
        violated.append(
            Violation(
                need="payload_bytes",
                found=f"{payload:,.0f} bytes",
                limit=f"{PAYLOAD_BYTES:,} bytes",
                reason="a private endpoint takes no larger request; larger ones belong in a batch prediction",
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


def _replicas(demand: Demand, assumptions: Assumptions) -> int:
    return instances_over_zones(
        one_year_of_growth(demand.number("requests_per_second"), demand.number("growth")),
        assumptions.value("endpoint_requests_per_instance"),
        assumptions.value("utilisation_target"),
    )


SERVICE = VertexEndpointService(
    id="vertex_endpoint",
    role="realtime-endpoint",
    class_name="VertexEndpoint",
    title="Vertex AI private endpoint",
    speaks=frozenset({"vertex"}),
    ports=(
        # The lake names its grant `<writer>-writes-<lake>`, whoever the writer is.
        Port(argument="capture", kind="capture", role="lake", speaks=frozenset({"bigquery"}), verb="writes"),
    ),
    minimum={"replicas": 2, "max_replicas": 4},
    exports=("repository_url", "url"),
)
