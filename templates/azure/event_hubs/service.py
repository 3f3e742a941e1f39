"""When Event Hubs carries a stream of events, and with how many processing units and partitions."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import cast

from archgen.knowledge import Assumptions
from archgen.services.roles.event_stream import stream_limits
from archgen.services.service import Demand, Fit, Neighbours, Service, Value, Violation
from archgen.sizing import Quantity, shards
from archgen.topology import Component, Needs

MAX_RECORD_BYTES = 1_048_576
MAX_RETENTION_HOURS = 2160
UNITS = (1, 2, 4, 8, 16)
"""Sizes of a Premium namespace, in processing units."""
PARTITIONS_PER_HUB = 100
MEGABYTES_PER_UNIT = 5.0
"""Arriving MB/s that one processing unit is planned to carry; see `unit-throughput` in service.yaml."""


class EventHubsService(Service):
    """Fits records of up to 1 MiB that are replayed for up to ninety days, within one Premium namespace."""

    def suits(self, needs: Needs) -> Fit:
        violated = (
            *stream_limits(
                needs,
                record_bytes=MAX_RECORD_BYTES,
                record_reason="a message of Event Hubs Premium holds 1 MiB; keep larger content in the lake",
                replay_hours=MAX_RETENTION_HOURS,
                replay_reason="Event Hubs Premium keeps messages for ninety days at most; replay older ones from"
                " the lake",
            ),
            *_arriving_limit(needs),
        )
        if violated:
            return Fit(violated=violated)
        return Fit(score=80, reasons=("no brokers to run or patch, and Kafka's protocol", "under the client's key"))

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        rate = ("records_per_second", "record_bytes")
        return (
            demand.quantity(
                "units",
                "processing units",
                "the least of 1, 2, 4, 8, 16 that carries records_per_second * record_bytes / 1000000 * stream_headroom"
                " at 5 MB/s each",
                lambda known: _units(demand, known),
                needs=rate,
                assumptions=("stream_headroom",),
            ),
            demand.quantity(
                "partitions",
                "partitions",
                "ceil(max(ceil(records_per_second / 1000), ceil(records_per_second * record_bytes / 1000000))"
                " * stream_headroom) * 2, at most 100: consumers share by partition",
                lambda known: min(
                    PARTITIONS_PER_HUB,
                    2
                    * shards(
                        demand.number("records_per_second"),
                        demand.number("record_bytes"),
                        known.value("stream_headroom"),
                    ),
                ),
                needs=rate,
                assumptions=("stream_headroom",),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {"retention_hours": max(1, int(cast("float", component.needs["replay_hours"])))}


def _arriving_limit(needs: Needs) -> tuple[Violation, ...]:
    arriving = cast("float", needs["records_per_second"]) * cast("float", needs["record_bytes"]) / 1_000_000
    if arriving <= MEGABYTES_PER_UNIT * UNITS[-1]:
        return ()
    return (
        Violation(
            need="records_per_second",
            found=f"{arriving:,.0f} MB/s",
            limit=f"{MEGABYTES_PER_UNIT * UNITS[-1]:,.0f} MB/s",
            reason="a Premium namespace has sixteen processing units at most; spread the events",
        ),
    )


def _units(demand: Demand, known: Assumptions) -> int:
    arriving = demand.number("records_per_second") * demand.number("record_bytes") / 1_000_000
    wanted = ceil(round(arriving * known.value("stream_headroom") / MEGABYTES_PER_UNIT, 9))
    # What is planned for a year may lie above the largest size, which `suits` measures by today's load.
    return next((units for units in UNITS if units >= wanted), UNITS[-1])


SERVICE = EventHubsService(
    id="event_hubs",
    role="event-stream",
    class_name="EventHubs",
    title="Azure Event Hubs Premium",
    speaks=frozenset({"event-hubs"}),
    reached_through="namespace",
    minimum={"units": 1, "partitions": 4},
)
