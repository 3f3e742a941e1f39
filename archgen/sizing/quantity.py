"""A size, with the formula and the inputs that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
