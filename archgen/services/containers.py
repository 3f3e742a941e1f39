"""Containers of one vCPU: how many carry a load, how far they scale, and what makes them live."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services.entities import entities_of
from archgen.services.names import camel
from archgen.services.service import Demand, Setting
from archgen.sizing import Quantity, instances_over_zones, one_year_of_growth


@dataclass(frozen=True, kw_only=True)
class Containers:
    """The containers of one service, which the cloud calls `name`: tasks, instances or replicas.

    `rate` is the need that they carry, in 1/s; with `per_entity` each of it is done once for every kind of entity.
    `each` is what one container carries, in 1/s: the id of an assumption, or a fact of the service. `note` is added to
    the formula; `scaling` is the cloud's word for what adds containers, None where only the planned ones run.
    """

    name: str
    rate: str
    each: str | int
    per_entity: bool = False
    note: str = ""
    scaling: str | None = "autoscaling"

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        """The containers that are planned and, where they scale, the most that there may be."""
        return (self.planned(demand), *((self._ceiling(demand, self.scaling),) if self.scaling else ()))

    def planned(self, demand: Demand) -> Quantity:
        """Enough for the peak in a year at the planned utilisation, with one zone of three lost."""
        load = f"{self.rate} × (1 + growth)" + (" × entities" if self.per_entity else "")
        each = self.each if isinstance(self.each, str) else f"{self.each:,}"
        return self._quantity(
            demand,
            self.name,
            f"ceil({load} ÷ ({each} × utilisation_target)), one zone of three lost{self.note}",
        )

    def count(self, demand: Demand, assumptions: Assumptions) -> int:
        """How many containers are planned under these assumptions."""
        load = one_year_of_growth(demand.number(self.rate), demand.number("growth"))
        if self.per_entity:
            load *= len(entities_of(demand.needs))
        each = assumptions.value(self.each) if isinstance(self.each, str) else self.each
        return instances_over_zones(load, each, assumptions.value("utilisation_target"))

    def burst(self, demand: Demand, assumptions: Assumptions) -> int:
        """How many there may be at most under these assumptions."""
        return ceil(self.count(demand, assumptions) * assumptions.value("container_burst"))

    def used(self) -> tuple[str, ...]:
        """The assumptions behind `count`."""
        return (*((self.each,) if isinstance(self.each, str) else ()), "utilisation_target")

    def _ceiling(self, demand: Demand, scaling: str) -> Quantity:
        formula = f"ceil({self.name} × container_burst), the ceiling of {scaling}"
        return self._quantity(demand, f"max_{self.name}", formula, burst=True)

    def _quantity(self, demand: Demand, name: str, formula: str, *, burst: bool = False) -> Quantity:
        counted = self.burst if burst else self.count
        quantity = demand.quantity(
            name,
            f"{self.name} of 1 vCPU",
            formula,
            lambda assumptions: counted(demand, assumptions),
            needs=(self.rate, "growth"),
            assumptions=(*self.used(), *(("container_burst",) if burst else ())),
        )
        if not self.per_entity:
            return quantity
        return replace(quantity, inputs={**quantity.inputs, "entities": len(entities_of(demand.needs))})


def image_digest(component: str, sample: str, *, shared_registry: bool = False) -> Setting:
    """The image that a component runs; without it a stack is its foundation only.

    `sample` is one hexadecimal digit. With `shared_registry` one registry of the platform holds the images of all
    components, else each has a repository of its own.
    """
    image = f"{component} in the platform's registry" if shared_registry else f"of {component} in its repository"
    return digest(component, f"image {image}", sample)


def digest(component: str, image: str, sample: str) -> Setting:
    """The setting of an image that is said in other words. `sample` is one hexadecimal digit."""
    return Setting(
        key=f"{camel(component)}ImageDigest",
        description=f"Digest (sha256:...) of the {image}",
        live=True,
        sample="sha256:" + sample * 64,
    )
