"""Kafka bridge: suits a client's Kafka, from which no managed integration reads fast enough and dead-letters."""

from __future__ import annotations

from archgen.services import Port
from archgen.services.roles.stream_bridge import SOURCE, StreamBridge, bridge_containers

SERVICE = StreamBridge(
    id="kafka_bridge",
    role="stream-bridge",
    class_name="KafkaBridge",
    title="Kafka bridge on Cloud Run",
    inside_network=True,
    calls=frozenset({"googleapis.com"}),
    strengths=(
        "reads over SASL/SCRAM through the private network and commits only what the stream has accepted",
        "each record is checked; one that is no event goes to a dead-letter topic instead of blocking the rest",
    ),
    containers=bridge_containers("instances", scaling=None),
    ports=(
        SOURCE,
        Port(
            argument="destination",
            kind="events",
            role="event-stream",
            speaks=frozenset({"pubsub"}),
            verb="writes",
        ),
    ),
    minimum={"instances": 1},
    exports=("repository_url",),
)
