"""Stream features: what counts records as they arrive, by kind of entity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from archgen.services.containers import Containers, image_digest
from archgen.services.entities import entities_of
from archgen.services.service import Demand, Fit, Neighbours, Service, Value
from archgen.sizing import Quantity
from archgen.topology import Component, Needs


def window_arguments(component: Component) -> Mapping[str, Value]:
    """What is counted, and the age in seconds that a count may have."""
    return {
        "entities": entities_of(component.needs),
        "freshness_seconds": float(str(component.needs["freshness_s"])),
    }


def lag_records(component: Component) -> int:
    """How many records may wait to be read before counts are older than the need `freshness_s` allows."""
    return ceil(float(str(component.needs["freshness_s"])) * float(str(component.needs["records_per_second"])))


@dataclass(frozen=True, kw_only=True)
class FeatureWorkers(Service):
    """Containers that keep counts in the online features themselves: one update for each kind of entity of a record.

    `score` and `strengths` are the fit on its cloud. `shared_registry` as in `image_digest`.
    """

    score: float
    strengths: tuple[str, ...]
    containers: Containers
    shared_registry: bool = False

    def suits(self, needs: Needs) -> Fit:
        """Nothing rules it out: workers are added as updates grow."""
        return Fit(score=self.score, reasons=self.strengths)

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        """The containers that are planned and, where the cloud scales them, the most that there may be."""
        return self.containers.size(demand)

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """What is counted and how fresh, and the image."""
        return {
            **window_arguments(component),
            "image_digest": image_digest(component.id, "c", shared_registry=self.shared_registry),
        }
