"""Delivery of a stream into the lake: a BigQuery subscription of Pub/Sub."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Fit, Neighbours, Port, Service, Value
from archgen.services.limits import above
from archgen.topology import Component, Needs

RECORD_BYTES = 10_000_000
"""Largest message; see `record-size` in service.yaml."""


class PubSubDeliveryService(Service):
    """Scales with its stream, so that nothing is sized; a message has a largest size."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=("no job between stream and table, and it scales with the stream", "rows with their metadata"),
            violated=above(
                needs, "record_bytes", RECORD_BYTES, "bytes", "Pub/Sub does not take a message of this size"
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        streams = [flow.source for flow in neighbours.flows(component.id) if flow.target == component.id]
        return {"source_name": streams[0]}


SERVICE = PubSubDeliveryService(
    id="pubsub_delivery",
    role="delivery",
    class_name="PubSubDelivery",
    title="Pub/Sub to BigQuery subscription",
    ports=(
        Port(
            argument="source",
            kind="events",
            role="event-stream",
            speaks=frozenset({"pubsub"}),
            verb="reads",
            # Pub/Sub itself delivers: attaching the subscription to the topic is what lets it.
            grant="attachment",
        ),
        # The lake names its grant `<writer>-writes-<lake>`, whoever the writer is.
        Port(argument="destination", kind="objects", role="lake", speaks=frozenset({"bigquery"}), verb="writes"),
    ),
)
