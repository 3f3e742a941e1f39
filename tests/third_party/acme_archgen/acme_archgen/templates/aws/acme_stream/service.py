"""The event stream as Acme runs it: Kinesis, kept for a week at least, so that an incident can be replayed."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Demand, Fit, Neighbours, Service, Value
from archgen.services.roles.event_stream import stream_limits
from archgen.sizing import Quantity, shards
from archgen.topology import Component, Needs

SHORTEST_RETENTION_HOURS = 168
"""A week: Acme's own policy."""


class AcmeStream(Service):
    """Records of up to 1 MiB, replayed for up to a year."""

    def suits(self, needs: Needs) -> Fit:
        violated = stream_limits(
            needs,
            record_bytes=1_048_576,
            record_reason="a record of a Kinesis stream holds 1 MiB by default",
            replay_hours=8760,
            replay_reason="a Kinesis stream keeps records for a year at most",
        )
        return Fit(score=60, reasons=("kept for a week at least, as Acme's policy asks",), violated=violated)

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        return (
            demand.quantity(
                "shards",
                "shards",
                "ceil(max(ceil(records_per_second / 1000), ceil(records_per_second * record_bytes / 1000000))"
                " * stream_headroom)",
                lambda known: shards(
                    demand.number("records_per_second"), demand.number("record_bytes"), known.value("stream_headroom")
                ),
                needs=("records_per_second", "record_bytes"),
                assumptions=("stream_headroom",),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        wanted = round(float(str(component.needs["replay_hours"])))
        return {"retention_hours": max(SHORTEST_RETENTION_HOURS, wanted)}


SERVICE = AcmeStream(
    id="acme_stream",
    role="event-stream",
    class_name="AcmeStream",
    title="Acme event stream",
    speaks=frozenset({"kinesis"}),
    reached_through="kinesis-streams",
    minimum={"shards": 1},
)
