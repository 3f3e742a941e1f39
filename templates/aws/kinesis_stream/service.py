"""When Kinesis Data Streams carries a stream of events, and with how many shards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from archgen.services.roles.event_stream import stream_limits
from archgen.services.service import Demand, Fit, Neighbours, Service, Value
from archgen.sizing import Quantity, shards
from archgen.topology import Component, Needs

MAX_RECORD_BYTES = 1_048_576
MIN_RETENTION_HOURS, MAX_RETENTION_HOURS = 24, 8760


class KinesisStreamService(Service):
    """Fits records of up to 1 MiB that are replayed for up to a year."""

    def suits(self, needs: Needs) -> Fit:
        violated = stream_limits(
            needs,
            record_bytes=MAX_RECORD_BYTES,
            record_reason="a record of a Kinesis stream holds 1 MiB by default; keep larger content in the lake and"
            " stream its address",
            replay_hours=MAX_RETENTION_HOURS,
            replay_reason="a Kinesis stream keeps records for a year at most; replay older ones from the lake",
        )
        if violated:
            return Fit(violated=violated)
        return Fit(score=80, reasons=("no brokers to run or patch", "encrypted under the client's key"))

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
        wanted = int(cast("float", component.needs["replay_hours"]))
        return {"retention_hours": max(MIN_RETENTION_HOURS, wanted)}


SERVICE = KinesisStreamService(
    id="kinesis_stream",
    role="event-stream",
    class_name="KinesisStream",
    title="Amazon Kinesis Data Streams",
    limited=True,
    speaks=frozenset({"kinesis"}),
    reached_through="kinesis-streams",
    minimum={"shards": 1},
)
