"""When EventBridge takes decisions to a consumer: few of them, over an API, not while anybody waits."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.errors import NotFeasible, Problem
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.names import camel
from archgen.sizing import Quantity
from archgen.topology import Component, Flow, Needs

CALLS_PER_SECOND = 300
"""Calls of one API destination per second. Source: `limits` in service.yaml."""
ON_THE_INTERNET = frozenset({"salesforce"})
"""Systems whose API is the vendor's, on the internet; any other is reached through the client's network."""


class EventbridgeRoutingService(Service):
    """Fits consumers of a small share of the decisions."""

    def suits(self, needs: Needs) -> Fit:
        rate = float(str(needs["records_per_second"]))
        violated = []
        if (pattern := needs.get("pattern", "event")) != "event":
            violated.append(
                Violation(
                    need="pattern",
                    found=str(pattern),
                    limit="event",
                    reason="EventBridge hands over one decision after the other, no files and no replies",
                )
            )
        if rate > CALLS_PER_SECOND:
            violated.append(
                Violation(
                    need="records_per_second",
                    found=f"{rate:g}/s",
                    limit=f"{CALLS_PER_SECOND}/s",
                    reason="an API destination is called 300 times a second by default; state the share that the"
                    " consumer has to see, or let it read the stream",
                )
            )
        return Fit(
            score=80,
            reasons=(
                "a filter keeps the flagged decisions and leaves the rest on the stream",
                "retries for a day, dead letters and an archive to replay from, without code of our own",
            ),
            violated=tuple(violated),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        rate = demand.number("records_per_second")
        return (
            demand.quantity(
                "calls_per_second",
                "calls/s at most",
                f"min({CALLS_PER_SECOND}, ceil(records_per_second × routing_headroom))",
                lambda known: min(CALLS_PER_SECOND, ceil(rate * known.value("routing_headroom"))),
                needs=("records_per_second",),
                assumptions=("routing_headroom",),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        consumer = _to_consumer(component, neighbours).target
        key, host = camel(consumer), f"https://{consumer}.example.com"
        given: dict[str, Value] = {
            "consumer": consumer,
            "endpoint": Setting(
                key=f"{key}Endpoint",
                description=f"Address (https) of the API of {consumer} that takes a flagged decision and upserts by"
                " decision.event_id",
                sample=f"{host}/services/apexrest/decisions",
            ),
            "token_endpoint": Setting(
                key=f"{key}TokenEndpoint",
                description=f"Address (https) at which {consumer} gives an OAuth client its token",
                sample=f"{host}/services/oauth2/token",
            ),
            "client_id": Setting(
                key=f"{key}ClientId",
                description=f"OAuth client that may post decisions to {consumer}",
                sample="decisions",
            ),
            "client_secret": Setting(
                key=f"{key}ClientSecret", description=f"Secret of the OAuth client at {consumer}", secret=True
            ),
        }
        if component.needs.get("system") not in ON_THE_INTERNET:
            given["resource_configuration_arn"] = Setting(
                key=f"{key}ResourceConfigurationArn",
                description=f"VPC Lattice resource configuration by which EventBridge reaches {consumer} privately",
                sample=f"arn:aws:vpc-lattice:{neighbours.region.name}:123456789012:resourceconfiguration/rcfg-0a1b2c",
            )
        return given


def _to_consumer(component: Component, neighbours: Neighbours) -> Flow:
    flows = [
        flow
        for flow in neighbours.flows(component.id)
        if flow.kind == "decisions" and neighbours.topology.is_external(flow.target)
    ]
    if len(flows) != 1:
        raise NotFeasible(
            Problem(
                id="routing-consumers",
                path="consumers",
                message=f"'{component.id}' has {len(flows)} consumers ({', '.join(f.target for f in flows) or 'none'})",
                expected="one: each consumer has credentials, a rate and dead letters of its own",
            )
        )
    return flows[0]


SERVICE = EventbridgeRoutingService(
    id="eventbridge_routing",
    role="event-routing",
    class_name="EventbridgeRouting",
    title="Amazon EventBridge",
    ports=(
        # Kafka is left out: a pipe would have to stand in the cluster's own security group.
        Port(argument="source", kind="events", role="event-stream", speaks=frozenset({"kinesis"}), verb="reads"),
        Port(
            argument=None,
            kind="decisions",
            role="consumer",
            speaks=frozenset({"rest", "salesforce", "webhooks"}),
            verb="calls",
            grant="destination",
            settings=("Endpoint",),
        ),
    ),
    minimum={"calls_per_second": 5},
    exports=("dead_letter_queue_url",),
)
