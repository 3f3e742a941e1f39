"""Kafka bridge: suits a client's Kafka, from which no managed integration reads fast enough and dead-letters."""

from __future__ import annotations

from archgen.services import Port
from archgen.services.roles.stream_bridge import SOURCE, StreamBridge, bridge_containers

SERVICE = StreamBridge(
    id="kafka_bridge",
    role="stream-bridge",
    class_name="KafkaBridge",
    title="Kafka bridge on Amazon ECS",
    limited=True,
    exports=("dead_letter_queue_url", "repository_url"),
    inside_network=True,
    calls=frozenset({"ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs"}),
    strengths=(
        "reads over SASL/SCRAM through the private network and commits only what the stream has accepted",
        "each record is checked; one that is no event goes to a dead-letter queue instead of blocking the rest",
    ),
    containers=bridge_containers("tasks"),
    ports=(
        SOURCE,
        Port(
            argument="destination",
            kind="events",
            role="event-stream",
            speaks=frozenset({"kinesis", "kafka"}),
            verb="writes",
        ),
        Port(
            argument="token_key",
            kind="token-key",
            role="tokenisation-key",
            speaks=frozenset({"token-key"}),
            verb="uses",
            optional=True,
        ),
    ),
    minimum={"tasks": 1, "max_tasks": 2},
)
