"""Batch intake: a job that fetches what has changed at one source, and ends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from archgen.services.limits import other_than
from archgen.services.service import Demand, Fit, Neighbours, Service, Value, Violation
from archgen.services.timing import DELIVERIES, delivery_schedule
from archgen.topology import Component, Needs

TIMEOUT_FACTOR = 4
"""Runs that take longer than this many times the sized duration hang."""
SHORTEST_TIMEOUT_MIN = 30


@dataclass(frozen=True, kw_only=True)
class BatchIntake(Service, ABC):
    """Changed rows of one source. Its `size` has a row `run_minutes`.

    `system` is the source that it knows, `system_reason` why no other; `strengths` are the reasons for it on its cloud.
    """

    system: str
    system_reason: str
    strengths: tuple[str, ...]

    def suits(self, needs: Needs) -> Fit:
        """Another system, a delivery that never ends and card numbers rule it out."""
        return Fit(
            score=80,
            reasons=self.strengths,
            violated=(
                *other_than(needs, "system", (self.system,), self.system_reason),
                *other_than(needs, "delivery", (*DELIVERIES, "on-demand"), "a job begins and ends"),
                *_card_numbers(needs),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """The source with its settings, when it is fetched, and after how many minutes a run is given up."""
        source = next(flow.source for flow in neighbours.flows(component.id) if flow.target == component.id)
        demand = Demand(component=component, assumptions=neighbours.assumptions)
        minutes = next(row.value for row in self.size(demand) if row.name == "run_minutes")
        return {
            "source": source,
            "code": f"../app/{component.id}",
            "timeout_minutes": max(SHORTEST_TIMEOUT_MIN, ceil(TIMEOUT_FACTOR * minutes)),
            **self.source_settings(source, component.id),
            **delivery_schedule(component.needs),
        }

    @abstractmethod
    def source_settings(self, source: str, intake: str) -> Mapping[str, Value]:
        """The arguments that only the owners of the source know."""


def _card_numbers(needs: Needs) -> tuple[Violation, ...]:
    if not needs.get("tokenises"):
        return ()
    found, limit = str(needs.get("data_class")), "no card numbers"
    return (Violation(need="data_class", found=found, limit=limit, reason="it cannot make tokens"),)


def run_bytes(needs: Needs) -> float:
    """What a run fetches at most, in bytes; none where nothing is said."""
    return float(str(needs.get("size_bytes", 0)))


def said_size(needs: Needs) -> tuple[str, ...]:
    """The need behind `run_bytes`, where it is said."""
    return tuple(need for need in ("size_bytes",) if need in needs)
