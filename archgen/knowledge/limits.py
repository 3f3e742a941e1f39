"""Limits of services that are rejected without ever becoming a component: the figures behind "no"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from archgen.knowledge.rows import rows


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One published figure of a provider."""

    id: str
    value: float
    unit: str
    text: str
    source: str
    date: str
    confidence: str

    def __str__(self) -> str:
        return self.text


@cache
def limits() -> Mapping[str, Limit]:
    """All limits of `limits.yaml`, by id."""
    return {row["id"]: Limit(**row) for row in rows("limits.yaml")}
