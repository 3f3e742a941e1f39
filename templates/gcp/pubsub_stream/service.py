"""When Pub/Sub carries a stream of events."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import cast

from archgen.services.roles.event_stream import stream_limits
from archgen.services.service import Fit, Neighbours, Service, Value
from archgen.topology import Component, Needs

MAX_RECORD_BYTES = 10_000_000
MAX_RETENTION_HOURS = 744
"""Thirty-one days; see `retention` in service.yaml."""


class PubSubStreamService(Service):
    """Fits messages of up to 10 MB that are replayed for up to 31 days; there is no capacity to plan."""

    def suits(self, needs: Needs) -> Fit:
        violated = stream_limits(
            needs,
            record_bytes=MAX_RECORD_BYTES,
            record_reason="a Pub/Sub message holds 10 MB; keep larger content in the lake and stream its address",
            replay_hours=MAX_RETENTION_HOURS,
            replay_reason="a topic keeps messages for 31 days at most; replay older ones from the lake",
        )
        if violated:
            return Fit(violated=violated)
        return Fit(score=80, reasons=("no shards or brokers to plan", "encrypted under the client's key"))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {"retention_hours": max(1, ceil(cast("float", component.needs["replay_hours"])))}


SERVICE = PubSubStreamService(
    id="pubsub_stream",
    role="event-stream",
    class_name="PubSubStream",
    title="Pub/Sub",
    speaks=frozenset({"pubsub"}),
    reached_through="googleapis.com",
)
