"""What a business figure asks of a model: the arithmetic as steps, metric, operating point, and when it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from archgen.knowledge import Assumptions
from archgen.spec import Money, Spec

_READ_ELSEWHERE = frozenset({"assets", "randomised_contacts", "review_capacity", "review_minutes"})
"""Inputs that decisions and the sizing of people read, whether the arithmetic of the figure does or not."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of arithmetic: `formula` in words, `inputs` by the names it uses, `result` in `unit`."""

    name: str
    formula: str
    inputs: Mapping[str, float]
    result: float
    unit: str


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """The technical side of a KPI.

    `pattern` is None where the metric is unknown: then `metric` says how to state it, and nothing is reckoned.
    `infeasible_when` are the conditions under which no model would do; `infeasible` are those of them that hold.
    `assumed` are the ids of assumptions that stand in for inputs that the spec does not name, `unused` the inputs
    of the spec that this arithmetic has no use for.
    """

    pattern: str | None
    kpi: str
    metric: str
    operating_point: str = ""
    steps: tuple[Step, ...] = ()
    proof: str = ""
    guards: tuple[str, ...] = ()
    infeasible_when: tuple[str, ...] = ()
    infeasible: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


class Unfit(ValueError):
    """A figure that the arithmetic cannot take: a level where it needs a share, or zero."""


class Figures:
    """The named inputs of a KPI: from the spec, else the assumption `kpi_<name>`, which is then noted."""

    def __init__(self, spec: Spec, assumptions: Assumptions) -> None:
        self.spec = spec
        self._assumptions = assumptions
        self._assumed: set[str] = set()
        self._used: set[str] = set(_READ_ELSEWHERE)

    @property
    def assumed(self) -> tuple[str, ...]:
        """The assumptions that were used so far, by id."""
        return tuple(sorted(self._assumed))

    def value(self, name: str) -> float:
        """An input in base units: fractions, seconds, events per second, amounts of money."""
        given = self.spec.objective.kpi.inputs.get(name)
        self._used.add(name)
        if given is None:
            self._assumed.add(f"kpi_{name}")
            return self._assumptions.value(f"kpi_{name}")
        return float(given.amount if isinstance(given, Money) else given)

    def a_day(self, name: str) -> float:
        """An input that is a rate, per day; an assumption is told per day already."""
        given = self.spec.objective.kpi.inputs.get(name)
        return self.value(name) if given is None else self.value(name) * 86_400

    @property
    def baseline(self) -> float:
        """The level of today."""
        kpi = self.spec.objective.kpi
        if kpi.baseline is None:
            self._assumed.add("kpi_baseline")
            return self._assumptions.value("kpi_baseline")
        return kpi.baseline.value

    @property
    def baseline_share(self) -> float:
        """The level of today as a fraction. Raises `Unfit` where it is none."""
        return _share("baseline", self.baseline)

    @property
    def target_share(self) -> float:
        """The level to reach as a fraction. Raises `Unfit` where it is none."""
        return _share("target", self.target)

    @property
    def target(self) -> float:
        """The level to reach."""
        kpi = self.spec.objective.kpi
        if kpi.target.relative:
            return round(self.baseline * (1 + kpi.target.value), 12)
        return kpi.target.value

    @property
    def reduction(self) -> float:
        """The relative reduction that is asked for; negative where the figure is to rise."""
        kpi = self.spec.objective.kpi
        return -kpi.target.value if kpi.target.relative else 1 - self.target / self.baseline

    def requirement(
        self,
        pattern: str,
        metric: str,
        operating_point: str,
        steps: tuple[Step, ...],
        *,
        proof: str,
        guards: tuple[str, ...],
        infeasible_when: Mapping[str, bool],
    ) -> Requirement:
        """The requirement, with what was assumed on the way; `infeasible_when` says of each condition if it holds."""
        kpi = self.spec.objective.kpi
        own = (kpi.guard,) if kpi.guard else ()
        start = f"{kpi.metric} from {kpi.baseline}" if kpi.baseline else kpi.metric
        return Requirement(
            pattern=pattern,
            kpi=f"{start} to {kpi.target}" + (f" within {kpi.within}" if kpi.within else ""),
            metric=metric,
            operating_point=operating_point,
            steps=steps,
            proof=proof,
            guards=tuple(dict.fromkeys((*own, *guards))),
            infeasible_when=tuple(infeasible_when),
            infeasible=tuple(condition for condition, holds in infeasible_when.items() if holds),
            assumed=self.assumed,
            unused=tuple(sorted(set(kpi.inputs) - self._used)),
        )


def _share(name: str, value: float) -> float:
    if not 0 < value < 1:
        raise Unfit(f"the {name} of {value:g} is no share between 0 and 100 %")
    return value


def step(name: str, formula: str, result: float, unit: str = "fraction", **inputs: float | Decimal) -> Step:
    """A step with its inputs by name."""
    return Step(
        name=name,
        formula=formula,
        inputs={key: float(value) for key, value in inputs.items()},
        result=result,
        unit=unit,
    )
