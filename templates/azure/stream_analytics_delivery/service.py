"""Delivery of a stream into the lake: Azure Stream Analytics."""

from __future__ import annotations

from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Port, Service
from archgen.services.limits import above
from archgen.sizing import Quantity
from archgen.topology import Needs

RECORD_BYTES = 1_048_576
"""Largest record that Event Hubs hands over."""
MEGABYTES_PER_UNIT = 1.0
"""MB/s that one streaming unit passes through; see `unit-throughput` in service.yaml."""
SMALL_UNITS, STEP = (1, 3, 6), 6


class StreamAnalyticsDeliveryService(Service):
    """Sized by the bytes that pass through."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=("no code to run, and each record is written exactly once", "its own identity, no key"),
            violated=above(needs, "record_bytes", RECORD_BYTES, "bytes", "Event Hubs hands over no larger record"),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        return (
            demand.quantity(
                "streaming_units",
                "streaming units",
                "records_per_second x record_bytes / 1,000,000 x stream_headroom at 1 MB/s each, rounded up to 1, 3, 6"
                " or a multiple of 6",
                lambda known: _units(demand, known),
                needs=("records_per_second", "record_bytes"),
                assumptions=("stream_headroom",),
            ),
        )


def _units(demand: Demand, known: Assumptions) -> int:
    arriving = demand.number("records_per_second") * demand.number("record_bytes") / 1_000_000
    wanted = ceil(round(arriving * known.value("stream_headroom") / MEGABYTES_PER_UNIT, 9))
    return next((units for units in SMALL_UNITS if units >= wanted), ceil(wanted / STEP) * STEP)


SERVICE = StreamAnalyticsDeliveryService(
    id="stream_analytics_delivery",
    role="delivery",
    class_name="StreamAnalyticsDelivery",
    title="Azure Stream Analytics",
    ports=(
        Port(argument="source", kind="events", role="event-stream", speaks=frozenset({"event-hubs"}), verb="reads"),
        Port(argument="destination", kind="objects", role="lake", speaks=frozenset({"blob"}), verb="writes"),
    ),
    minimum={"streaming_units": 1},
)
