"""Kafka bridge: containers between a client's Kafka and the stream, since nothing managed checks and dead-letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from archgen.errors import NotFeasible, Problem
from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.ordering import ordering_entity
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth
from archgen.topology import Component, Needs


@dataclass(frozen=True, kw_only=True)
class KafkaBridgeService(Service):
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
        if needs.get("tokenises"):
            violated.append(
                Violation(
                    need="tokenises",
                    found="card numbers in the clear",
                    limit="tokens",
                    reason="no service here keeps a key for tokens yet",
                )
            )
        return Fit(
            score=80,
            reasons=(
                "reads over SASL/SCRAM through the hub and commits only what the stream has accepted",
                "each record is checked; one that is no event is put aside instead of blocking the rest",
            ),
            violated=tuple(violated),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        load = one_year_of_growth(demand.number("records_per_second"), demand.number("growth"))

        def replicas(assumptions: Assumptions) -> int:
            return instances_over_zones(
                load, assumptions.value("bridge_records_per_task"), assumptions.value("utilisation_target")
            )

        used = ("bridge_records_per_task", "utilisation_target")
        return (
            demand.quantity(
                "replicas",
                "replicas of 1 vCPU",
                "ceil(records_per_second × (1 + growth) ÷ (bridge_records_per_task × utilisation_target)), one zone of "
                "three lost; the source topic needs at least as many partitions",
                replicas,
                needs=("records_per_second", "growth"),
                assumptions=used,
            ),
            demand.quantity(
                "max_replicas",
                "replicas of 1 vCPU",
                "ceil(replicas × container_burst), the ceiling of scaling",
                lambda assumptions: ceil(replicas(assumptions) * assumptions.value("container_burst")),
                needs=("records_per_second", "growth"),
                assumptions=(*used, "container_burst"),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        source = _source(component, neighbours)
        key = _camel_case(source)
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
                description=f"Topic of {source}; it needs at least as many partitions as the bridge has replicas",
                sample=source,
            ),
            "broker_cidrs": Setting(
                key=f"{key}BrokerCidrs",
                description=f"Address ranges of all brokers of {source}",
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
            "lag_alarm_records": ceil(float(str(component.needs["records_per_second"])) * lag_seconds),
            "image_digest": Setting(
                key=f"{_camel_case(component.id)}ImageDigest",
                description=f"Digest (sha256:...) of the image {component.id} in the platform's registry",
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


def _camel_case(id: str) -> str:
    first, *rest = id.split("-")
    return first + "".join(word.capitalize() for word in rest)


SERVICE = KafkaBridgeService(
    id="kafka_bridge",
    role="stream-bridge",
    class_name="KafkaBridge",
    title="Kafka bridge on Azure Container Apps",
    inside_network=True,
    ports=(
        Port(
            argument=None,
            kind="events",
            role="source",
            speaks=frozenset({"kafka"}),
            verb="reads",
            # The client's brokers know no Entra ID: what opens the flow on this side is the rule towards them.
            grant="address",
            settings=("BrokerCidrs",),
        ),
        Port(
            argument="destination", kind="events", role="event-stream", speaks=frozenset({"event-hubs"}), verb="writes"
        ),
    ),
    minimum={"replicas": 1, "max_replicas": 2},
)
