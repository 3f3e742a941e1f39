"""Delivery of a stream into the lake: Amazon Data Firehose."""

from __future__ import annotations

from archgen.services import Fit, Port, Service
from archgen.services.limits import above
from archgen.topology import Needs

RECORD_BYTES = 1_024_000
"""Largest record that Firehose takes from a stream other than Kafka; see `record-size` in service.yaml."""


class FirehoseDelivery(Service):
    """Scales with its stream, so that nothing is sized; a record has a largest size."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=("no instances to run and it scales with the stream", "objects by date under a key of the client"),
            violated=above(
                needs, "record_bytes", RECORD_BYTES, "bytes", "Firehose does not take a record of this size"
            ),
        )


SERVICE = FirehoseDelivery(
    id="firehose_delivery",
    role="delivery",
    class_name="FirehoseDelivery",
    title="Amazon Data Firehose",
    ports=(
        Port(
            argument="source", kind="events", role="event-stream", speaks=frozenset({"kinesis", "kafka"}), verb="reads"
        ),
        # The lake names its grant `<writer>-writes-<lake>`, whoever the writer is.
        Port(argument="destination", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="writes"),
    ),
)
