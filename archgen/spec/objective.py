"""Why the client wants this: the owner, the statement and the KPI that shows success."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from archgen.spec.amounts import Level, Measure
from archgen.spec.section import Id, Identifier, Section, Text
from archgen.spec.units import Duration


class Owner(Section):
    """Who answers for the system; it becomes the owner tag of every resource."""

    team: Text = Field(description="The team that owns the system.", examples=["Risk Platform"])
    contact: Text = Field(description="How to reach the team.", examples=["risk-platform@example.com"])


class Kpi(Section):
    """The figure of the business that has to move."""

    metric: Id = Field(description="The name of the figure.", examples=["fraud-loss", "stock-outs"])
    baseline: Level | None = Field(
        default=None,
        description="Where the figure stands today: a level, never a relative change.",
        examples=["12 bps"],
    )
    target: Level = Field(
        description="The level to reach; with a sign (`-20%`) the relative change of the baseline to reach.",
        examples=["6 bps", "-20%"],
    )
    within: Duration | None = Field(default=None, description="By when, counted from go-live.", examples=["12 months"])
    guard: Text | None = Field(
        default=None, description="A figure that must not get worse on the way.", examples=["approval rate"]
    )
    inputs: Mapping[Identifier, Measure] = Field(
        default={},
        description="Named inputs of the arithmetic from KPI to model quality; a missing one becomes an assumption.",
        examples=[{"review_capacity": "5000/day", "amount": "80 EUR"}],
    )


class Objective(Section):
    """What the business wants, in its own words and as a figure."""

    statement: Text = Field(
        description="The goal in one sentence.",
        examples=["Halve card-fraud losses without turning good customers away"],
    )
    kpi: Kpi = Field(description="The figure that shows whether the goal is reached.")
