"""The vocabulary of needs: which keys a component may carry, and in what unit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from archgen.knowledge.rows import rows


@cache
def needs() -> Mapping[str, Mapping[str, str]]:
    """Key -> `{unit, text, load}`. `load` keys are what a stack with less traffic scales."""
    return {row["id"]: row for row in rows("needs.yaml")}
