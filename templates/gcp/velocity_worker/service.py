"""Streaming features: workers on Cloud Run that keep the counts in the online features themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value
from archgen.services.names import camel
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth
from archgen.topology import Component, Needs


class VelocityWorkerService(Service):
    """Sized by the updates that a worker makes: one for each kind of entity of each event."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=60,
            reasons=(
                "counts over windows of an hour need no state but the cache's, and so no stream processor to run",
                "a worker may be replaced at any time: what it did not acknowledge comes again, and is counted once",
            ),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        entities = len(_entities(demand.needs))
        updates = one_year_of_growth(demand.number("records_per_second"), demand.number("growth")) * entities

        def instances(assumptions: Assumptions) -> int:
            return instances_over_zones(
                updates, assumptions.value("worker_updates_per_instance"), assumptions.value("utilisation_target")
            )

        quantity = demand.quantity(
            "instances",
            "instances of 1 vCPU",
            "ceil(records_per_second × (1 + growth) × entities ÷ (worker_updates_per_instance × utilisation_target)), "
            "one zone of three lost",
            instances,
            needs=("records_per_second", "growth"),
            assumptions=("worker_updates_per_instance", "utilisation_target"),
        )
        return (replace(quantity, inputs={**quantity.inputs, "entities": entities}),)

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {
            "entities": _entities(component.needs),
            "freshness_seconds": float(str(component.needs["freshness_s"])),
            "image_digest": Setting(
                key=f"{camel(component.id)}ImageDigest",
                description=f"Digest (sha256:...) of the image of {component.id} in its repository",
                live=True,
                sample="sha256:" + "c" * 64,
            ),
        }


def _entities(needs: Needs) -> tuple[str, ...]:
    entities = needs["entities"]
    return entities if isinstance(entities, tuple) else (str(entities),)


SERVICE = VelocityWorkerService(
    id="velocity_worker",
    role="stream-features",
    class_name="VelocityWorker",
    title="Feature worker on Cloud Run",
    inside_network=True,
    calls=frozenset({"googleapis.com"}),
    ports=(
        Port(argument="source", kind="events", role="event-stream", speaks=frozenset({"pubsub"}), verb="reads"),
        Port(argument="online", kind="features", role="online-features", speaks=frozenset({"valkey"}), verb="writes"),
    ),
    minimum={"instances": 1},
    exports=("repository_url",),
)
