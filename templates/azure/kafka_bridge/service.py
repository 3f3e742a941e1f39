"""Kafka bridge: containers between a client's Kafka and the stream, since nothing managed checks and dead-letters."""

from __future__ import annotations

from archgen.services import Port
from archgen.services.roles.stream_bridge import SOURCE, StreamBridge, bridge_containers

SERVICE = StreamBridge(
    id="kafka_bridge",
    role="stream-bridge",
    class_name="KafkaBridge",
    title="Kafka bridge on Azure Container Apps",
    inside_network=True,
    strengths=(
        "reads over SASL/SCRAM through the hub and commits only what the stream has accepted",
        "each record is checked; one that is no event is put aside instead of blocking the rest",
    ),
    containers=bridge_containers("replicas", scaling="scaling"),
    shared_registry=True,
    numbered_ranges=False,
    ports=(
        SOURCE,
        Port(
            argument="destination", kind="events", role="event-stream", speaks=frozenset({"event-hubs"}), verb="writes"
        ),
    ),
    minimum={"replicas": 1, "max_replicas": 2},
)
