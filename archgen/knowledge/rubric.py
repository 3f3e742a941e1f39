"""The criteria of feasibility with their weights, and how what is missing is had most cheaply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from archgen.knowledge.rows import rows


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One criterion; the weights of all add up to 100."""

    id: str
    weight: int
    title: str
    way: str
    source: str
    confidence: str


@cache
def criteria() -> Mapping[str, Criterion]:
    """All criteria of `rubric.yaml`, by id, in file order."""
    return {row["id"]: Criterion(**row) for row in rows("rubric.yaml")}
