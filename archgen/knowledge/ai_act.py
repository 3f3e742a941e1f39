"""Uses and practices that the EU AI Act names, with class, article and the date from which the duties apply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from archgen.knowledge.rows import rows

SOURCE = "Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744"
Risk = Literal["prohibited", "high", "limited", "minimal"]


@dataclass(frozen=True, kw_only=True)
class UseCase:
    """One row. A practice is recognised by words (one of each group of `all_words`), any other use by its effect."""

    id: str
    risk: Risk
    basis: str
    applies: str
    use: str
    note: str
    effects: tuple[str, ...] = ()
    all_words: tuple[tuple[str, ...], ...] = ()


@cache
def _all() -> tuple[UseCase, ...]:
    return tuple(
        UseCase(
            id=row["id"],
            risk=row["class"],
            basis=row["basis"],
            applies=row["applies"],
            use=row["use"],
            note=row["note"],
            effects=tuple(row.get("effects", ())),
            all_words=tuple(tuple(group) for group in row.get("all_words", ())),
        )
        for row in rows("ai_act.yaml")
    )


def prohibited_practices() -> tuple[UseCase, ...]:
    """The practices of Art. 5."""
    return tuple(row for row in _all() if row.risk == "prohibited")


def use_cases() -> tuple[UseCase, ...]:
    """All other uses, by the effect of their decisions."""
    return tuple(row for row in _all() if row.risk != "prohibited")
