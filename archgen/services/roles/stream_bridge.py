"""Stream bridge: containers between the client's Kafka and the event stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from archgen.errors import NotFeasible, Problem
from archgen.services.containers import Containers, image_digest
from archgen.services.externals import address_ranges, authorities, secret
from archgen.services.limits import clear_card_numbers, other_than
from archgen.services.names import camel
from archgen.services.ordering import ordering_entity
from archgen.services.service import Demand, Fit, Neighbours, Port, Service, Setting, Value
from archgen.sizing import Quantity
from archgen.topology import Component, Needs

SOURCE = Port(
    argument=None,
    kind="events",
    role="source",
    speaks=frozenset({"kafka"}),
    verb="reads",
    # The client's brokers know no identity of a cloud: what opens the flow on this side is the rule towards them.
    grant="address",
    settings=("BrokerCidrs",),
)
"""The topic of the client's Kafka that the bridge follows."""


@dataclass(frozen=True, kw_only=True)
class StreamBridge(Service):
    """Containers that read a topic of the client's Kafka and write it on, at least once.

    `strengths` are the reasons for it on its cloud. `shared_registry` and `numbered_ranges` as in `image_digest` and
    `address_ranges`.
    """

    strengths: tuple[str, ...]
    containers: Containers
    shared_registry: bool = False
    numbered_ranges: bool = True

    def suits(self, needs: Needs) -> Fit:
        """A source that is no topic rules it out, and card numbers where it takes no key for tokens."""
        return Fit(
            score=80,
            reasons=self.strengths,
            violated=(
                *other_than(needs, "system", ("kafka",), "the bridge speaks Kafka alone", unsaid="kafka"),
                *other_than(
                    needs,
                    "delivery",
                    ("stream",),
                    "the bridge follows a topic; files and tables arrive another way",
                    unsaid="stream",
                ),
                *clear_card_numbers(needs, self.ports),
            ),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        """The containers that are planned and, where the cloud scales them, the most that there may be."""
        return self.containers.size(demand)

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """The source, its settings, and how far the bridge may fall behind."""
        lag_seconds = neighbours.assumptions.value("bridge_lag_alarm_s")
        return {
            **self._source(only_source(component, neighbours)),
            "partition_entity": ordering_entity(component, neighbours),
            "lag_alarm_records": ceil(_records_per_second(component) * lag_seconds),
            "image_digest": image_digest(component.id, "b", shared_registry=self.shared_registry),
        }

    def _source(self, source: str) -> Mapping[str, Value]:
        key = camel(source)
        return {
            "source": source,
            "bootstrap_servers": Setting(
                key=f"{key}BootstrapServers",
                description=f"Brokers of {source} as host:port,host:port, on their SASL/SCRAM listener",
                sample="b-1.kafka.example.com:9096,b-2.kafka.example.com:9096",
            ),
            "topic": Setting(
                key=f"{key}Topic",
                description=f"Topic of {source}; it needs at least as many partitions as the bridge has "
                f"{self.containers.name}",
                sample=source,
            ),
            "broker_cidrs": address_ranges(
                f"{key}BrokerCidrs",
                f"Address ranges of all brokers of {source}",
                "10.64.8.0/24",
                numbered=self.numbered_ranges,
            ),
            "ca_bundle": authorities(
                f"{key}CaBundle", f"signed the brokers' certificates of {source}", "broker authority"
            ),
            "username": secret(f"{key}Username", f"SCRAM user of the bridge at {source}"),
            "password": secret(f"{key}Password", f"SCRAM password of the bridge at {source}"),
        }


def bridge_containers(name: str, scaling: str | None = "autoscaling") -> Containers:
    """The containers of a bridge, under the cloud's names for one and for what adds more of them."""
    return Containers(
        name=name,
        rate="records_per_second",
        each="bridge_records_per_task",
        note="; the source topic needs at least as many partitions",
        scaling=scaling,
    )


def only_source(component: Component, neighbours: Neighbours) -> str:
    """The id of the source. Raises `NotFeasible` where there is none or more than one."""
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
