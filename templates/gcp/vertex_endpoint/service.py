"""Real-time endpoint: Vertex AI on Private Service Connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services import Fit, Neighbours, Port, Setting, Value
from archgen.services.containers import digest
from archgen.services.limits import above
from archgen.services.names import camel
from archgen.services.roles.realtime_endpoint import RealtimeEndpoint, latency_limit
from archgen.topology import Component, Needs

MACHINE_TYPE = "n2-standard-8"

PAYLOAD_BYTES = 10_000_000
"""Largest request of a private endpoint; see `payload` in service.yaml."""
LARGER_REQUEST = "a private endpoint takes no larger request; larger ones belong in a batch prediction"

SMALLEST_P99_MS = 20
"""What the call, its authorisation and a gradient-boosted model take at p99; see `smallest-latency` in service.yaml."""


@dataclass(frozen=True, kw_only=True)
class VertexEndpointService(RealtimeEndpoint):
    """Sized for the peak in a year with one zone lost; it has a largest request and a smallest latency."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "no rate limit on a private endpoint, where a shared public one takes 500 requests/s",
                "releases by canary, taken back by their own errors and latency",
            ),
            violated=(
                *above(needs, "payload_bytes", PAYLOAD_BYTES, "bytes", LARGER_REQUEST),
                *latency_limit(needs, SMALLEST_P99_MS),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        assumptions = neighbours.assumptions
        return {
            "machine_type": MACHINE_TYPE,
            "latency_budget_ms": assumptions.value("hop_model_ms"),
            "capture_share": assumptions.value("capture_percent") / 100,
            "model_image_digest": digest(
                component.id, f"model server's image in the repository of {component.id}", "d"
            ),
            "model_artifacts": Setting(
                key=f"{camel(component.id)}Artifacts",
                description=f"Folder of the model's files, below models/{component.id}/ in the artefacts bucket: gs://...",
                live=True,
                sample=f"gs://artefacts/models/{component.id}/1",
            ),
        }


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
    counted="replicas",
    minimum={"replicas": 2, "max_replicas": 4},
    exports=("repository_url", "url"),
)
