"""Real-time endpoint: the model behind a call, sized for the peak in a year with one zone lost."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services.limits import faster_than
from archgen.services.service import Demand, Service, Violation
from archgen.sizing import Quantity, fleet, one_year_of_growth
from archgen.sizing.endpoint import FORMULA
from archgen.sizing.endpoint import USED as FLEET
from archgen.topology import Needs

LOAD = "requests = requests_per_second x (1 + growth)"


@dataclass(frozen=True, kw_only=True)
class RealtimeEndpoint(Service):
    """Instances that answer within the latency limit, under the name that the cloud counts them by.

    `counted` is what fills the argument: instances, replicas or nodes. `at_most` is how many an endpoint may have,
    None where nothing but the account's quota says so.
    """

    counted: str
    at_most: int | None = None

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        """What the peak in a year takes with one zone of three lost, and how far it may scale."""
        end = f"at most {self.at_most}" if self.at_most is not None else "over three zones with one lost"
        return (
            self.counting(demand, self.counted, self.unit(), f"{LOAD}; {FORMULA}"),
            self.counting(
                demand,
                f"max_{self.counted}",
                self.unit(ceiling=True),
                f"{self.counted} x endpoint_burst_factor, rounded up, where {LOAD}; {FORMULA}; {end}",
                "endpoint_burst_factor",
            ),
        )

    def unit(self, *, ceiling: bool = False) -> str:
        """What is counted, in words; `ceiling` for the most that there may be."""
        return self.counted

    def counting(self, demand: Demand, name: str, unit: str, formula: str, factor: str | None = None) -> Quantity:
        """The planned instances, or as many as `factor`, the id of an assumption, makes of them, rounded up."""

        def compute(assumptions: Assumptions) -> int:
            planned = planned_instances(demand, assumptions)
            if factor is None:
                return planned
            scaled = ceil(round(planned * assumptions.value(factor), 9))
            return scaled if self.at_most is None else min(self.at_most, scaled)

        return demand.quantity(
            name,
            unit,
            formula,
            compute,
            needs=("requests_per_second", "growth"),
            assumptions=FLEET if factor is None else (*FLEET, factor),
        )


def planned_instances(demand: Demand, assumptions: Assumptions) -> int:
    """Enough for the peak in a year with one zone of three lost, at the planned utilisation and wait."""
    return fleet(
        one_year_of_growth(demand.number("requests_per_second"), demand.number("growth")), assumptions
    ).instances


def latency_limit(needs: Needs, smallest_ms: int, *, called: str = "endpoint") -> tuple[Violation, ...]:
    """Whether the need is faster than a call and the model take, `smallest_ms` at p99. `called` is what is called."""
    reason = f"the call to a remote {called} alone takes longer; the model belongs inside the service"
    return faster_than(needs, smallest_ms, reason)


def concurrent_requests(assumptions: Assumptions) -> int:
    """Requests in flight on an instance at its planned load, by Little's law: rate x time in the system."""
    rate = assumptions.value("endpoint_requests_per_instance") * assumptions.value("utilisation_target")
    return max(1, ceil(round(rate * assumptions.value("endpoint_service_time_ms") / 1000, 9)))
