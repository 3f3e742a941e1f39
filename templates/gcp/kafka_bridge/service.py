"""Kafka bridge: suits a client's Kafka, from which no managed integration reads fast enough and dead-letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from archgen.errors import NotFeasible, Problem
from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.names import camel
from archgen.services.ordering import ordering_entity
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth
from archgen.topology import Component, Needs


@dataclass(frozen=True, kw_only=True)
class KafkaBridge(Service):
    """Containers that read a topic of the client's Kafka and write it on, at least once."""

    def suits(self, needs: Needs) -> Fit:
        violated = []
        if (system := needs.get("system", "kafka")) != "kafka":
            violated.append(
                Violation(need="system", found=str(system), limit="kafka", reason="the bridge speaks Kafka alone")
            )
        if (delivery := needs.get("delivery", "stream")) != "stream":
            violated.append(
                Violation(
                    need="delivery",
                    found=str(delivery),
                    limit="stream",
                    reason="the bridge follows a topic; files and tables arrive another way",
                )
            )
        return Fit(
            score=80,
            reasons=(
                "reads over SASL/SCRAM through the private network and commits only what the stream has accepted",
                "each record is checked; one that is no event goes to a dead-letter topic instead of blocking the rest",
            ),
            violated=tuple(violated),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        load = one_year_of_growth(demand.number("records_per_second"), demand.number("growth"))

        def instances(assumptions: Assumptions) -> int:
            return instances_over_zones(
                load, assumptions.value("bridge_records_per_task"), assumptions.value("utilisation_target")
            )

        return (
            demand.quantity(
                "instances",
                "instances of 1 vCPU",
                "ceil(records_per_second × (1 + growth) ÷ (bridge_records_per_task × utilisation_target)), one zone of "
                "three lost; the source topic needs at least as many partitions",
                instances,
                needs=("records_per_second", "growth"),
                assumptions=("bridge_records_per_task", "utilisation_target"),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        source = _source(component, neighbours)
        key = camel(source)
        lag_seconds = neighbours.assumptions.value("bridge_lag_alarm_s")
        return {
            "source": source,
            "bootstrap_servers": Setting(
                key=f"{key}BootstrapServers",
                description=f"Brokers of {source} as host:port,host:port, on their SASL/SCRAM listener",
                sample="b-1.kafka.example.com:9096,b-2.kafka.example.com:9096",
            ),
            "topic": Setting(
                key=f"{key}Topic",
                description=f"Topic of {source}; it needs at least as many partitions as the bridge has instances",
                sample=source,
            ),
            "broker_cidrs": Setting(
                key=f"{key}BrokerCidrs",
                description=f"Address ranges of all brokers of {source}; add new ones at the end",
                type="array",
                sample=("10.64.8.0/24",),
            ),
            "ca_bundle": Setting(
                key=f"{key}CaBundle",
                description=f"PEM of the authorities that signed the brokers' certificates of {source}",
                sample="-----BEGIN CERTIFICATE-----\nbroker authority\n-----END CERTIFICATE-----\n",
            ),
            "username": Setting(key=f"{key}Username", description=f"SCRAM user of the bridge at {source}", secret=True),
            "password": Setting(
                key=f"{key}Password", description=f"SCRAM password of the bridge at {source}", secret=True
            ),
            "partition_entity": ordering_entity(component, neighbours),
            "lag_alarm_records": ceil(_records_per_second(component) * lag_seconds),
            "image_digest": Setting(
                key=f"{camel(component.id)}ImageDigest",
                description=f"Digest (sha256:...) of the image of {component.id} in its repository",
                live=True,
                sample="sha256:" + "b" * 64,
            ),
        }


def _source(component: Component, neighbours: Neighbours) -> str:
    sources = [
        flow.source
        for flow in neighbours.flows(component.id)
        if flow.target == component.id and neighbours.topology.is_external(flow.source)
    ]
    if len(sources) != 1:
        raise NotFeasible(
            Problem(
                id="bridge-sources",
                message=f"'{component.id}' has {len(sources)} sources ({', '.join(sources) or 'none'})",
                expected="one: a bridge reads one topic of one Kafka",
                hint="give each source a bridge of its own",
            )
        )
    return sources[0]


def _records_per_second(component: Component) -> float:
    rate = component.needs.get("records_per_second")
    if not isinstance(rate, int | float):
        raise NotFeasible(
            Problem(
                id="bridge-rate",
                path="sources",
                message=f"nothing says how many records '{component.id}' forwards",
                expected="the rate of its source, such as 10000/s",
            )
        )
    return rate


SERVICE = KafkaBridge(
    id="kafka_bridge",
    role="stream-bridge",
    class_name="KafkaBridge",
    title="Kafka bridge on Cloud Run",
    inside_network=True,
    calls=frozenset({"googleapis.com"}),
    ports=(
        Port(
            argument=None,
            kind="events",
            role="source",
            speaks=frozenset({"kafka"}),
            verb="reads",
            # The client's brokers know no IAM: what opens the flow on this side is the rule towards their addresses.
            grant="address",
            settings=("BrokerCidrs",),
        ),
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
