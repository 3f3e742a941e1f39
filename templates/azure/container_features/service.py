"""Streaming features: containers that count in the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth
from archgen.topology import Component, Needs

UPDATES_PER_REPLICA = 4000
"""Keyed updates a second of one process on one vCPU; see `updates-per-replica` in service.yaml."""


class ContainerFeaturesService(Service):
    """Sized by the updates that its processes make: one for each kind of entity of each record."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "counts live in the cache, so that a replica that is lost loses nothing and none has to be restored",
                "an update is one script in the cache: a record that comes twice counts once",
            ),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        kinds = len(_entities(demand.needs))
        updates = one_year_of_growth(demand.number("records_per_second"), demand.number("growth")) * kinds

        def replicas(assumptions: Assumptions) -> int:
            return instances_over_zones(updates, UPDATES_PER_REPLICA, assumptions.value("utilisation_target"))

        formula = (
            "ceil(records_per_second × (1 + growth) × entities ÷ (4,000 × utilisation_target)), one zone of three lost"
        )
        wanted = demand.quantity(
            "replicas",
            "replicas of 1 vCPU",
            f"{formula}; the stream needs at least as many partitions to keep all of them busy",
            replicas,
            needs=("records_per_second", "growth"),
            assumptions=("utilisation_target",),
        )
        ceiling = demand.quantity(
            "max_replicas",
            "replicas of 1 vCPU",
            "ceil(replicas × container_burst), the ceiling of scaling",
            lambda assumptions: ceil(replicas(assumptions) * assumptions.value("container_burst")),
            needs=("records_per_second", "growth"),
            assumptions=("utilisation_target", "container_burst"),
        )
        return tuple(replace(row, inputs={**row.inputs, "entities": kinds}) for row in (wanted, ceiling))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        freshness = float(str(component.needs["freshness_s"]))
        records = float(str(component.needs["records_per_second"]))
        return {
            "entities": _entities(component.needs),
            "freshness_seconds": freshness,
            "lag_records": ceil(freshness * records),
            "image_digest": Setting(
                key=f"{_camel_case(component.id)}ImageDigest",
                description=f"Digest (sha256:...) of the image {component.id} in the platform's registry",
                live=True,
                sample="sha256:" + "c" * 64,
            ),
        }


def _entities(needs: Needs) -> tuple[str, ...]:
    entities = needs["entities"]
    return entities if isinstance(entities, tuple) else (str(entities),)


def _camel_case(id: str) -> str:
    first, *rest = id.split("-")
    return first + "".join(word.capitalize() for word in rest)


SERVICE = ContainerFeaturesService(
    id="container_features",
    role="stream-features",
    class_name="ContainerFeatures",
    title="Feature worker on Azure Container Apps",
    ports=(
        Port(argument="source", kind="events", role="event-stream", speaks=frozenset({"event-hubs"}), verb="reads"),
        Port(argument="online", kind="features", role="online-features", speaks=frozenset({"redis"}), verb="writes"),
    ),
    inside_network=True,
    minimum={"replicas": 1, "max_replicas": 2},
)
