"""A size, with the formula and the inputs that it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from archgen.knowledge import Assumptions


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """How many of something a component gets.

    `name` is the component's argument that it fills, or says what it is when it fills none; `formula` is in words, with
    every input named; `inputs` holds their values in the units that the formula states. `low` and `high` are the same
    formula at the optimistic and the pessimistic end of its assumptions.
    """

    component: str
    name: str
    value: int | float
    unit: str
    formula: str
    inputs: Mapping[str, int | float | str]
    low: int | float | None = None
    high: int | float | None = None


def reckoned(
    component: str,
    name: str,
    unit: str,
    formula: str,
    compute: Callable[[Assumptions], int | float],
    assumptions: Assumptions,
    *,
    said: Mapping[str, int | float | str],
    used: Sequence[str] = (),
) -> Quantity:
    """A quantity with low and high from the ends of the assumptions that it uses.

    `said` are inputs that the spec states, `used` the ids of the assumptions. `compute` is called with the assumptions
    at their base, optimistic and pessimistic values.
    """
    value = compute(assumptions)
    # A wait falls when a fleet grows for it: what is planned need not lie between what the ends give.
    found = (value, compute(assumptions.optimistic()), compute(assumptions.pessimistic()))
    return Quantity(
        component=component,
        name=name,
        value=value,
        unit=unit,
        formula=formula,
        inputs={**said, **{id: assumptions[id].value for id in used}},
        low=min(found),
        high=max(found),
    )
