"""The named defaults that sizing and decisions use where a spec is silent, and that a spec can override by their id."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from archgen.errors import Problem, SpecError
from archgen.knowledge.rows import rows

_HINTED = 100
"""Unknown ids that are compared with every known one, at a millisecond each: nobody misspells more."""


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """One default. `low` and `high` bound what is plausible; `better` says which end costs less.

    `confidence` is `verified`, `documented` or `judgement`; a judgement has no public source and says so.
    """

    id: str
    value: float
    low: float
    high: float
    unit: str
    better: Literal["low", "high"]
    text: str
    source: str
    date: str
    confidence: Literal["verified", "documented", "judgement", "spec"]


class Assumptions(Mapping[str, Assumption]):
    """All assumptions of one design, by id."""

    def __init__(self, known: Mapping[str, Assumption]) -> None:
        self._known = dict(sorted(known.items()))
        self._ends: dict[str, Assumptions] = {}

    def __getitem__(self, id: str) -> Assumption:
        return self._known[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def value(self, id: str) -> float:
        """The value of one assumption."""
        return self._known[id].value

    def optimistic(self) -> Assumptions:
        """Every assumption at the end that costs less."""
        return self._at("optimistic", lambda a: a.low if a.better == "low" else a.high)

    def pessimistic(self) -> Assumptions:
        """Every assumption at the end that costs more."""
        return self._at("pessimistic", lambda a: a.high if a.better == "low" else a.low)

    def overridden(self, values: Mapping[str, object]) -> Assumptions:
        """With the values that a spec gives. Raises `SpecError` for an id that does not exist or no number."""
        problems, changed = [], dict(self._known)
        for id, value in values.items():
            path = f"assumptions.{id}"
            if id not in self._known:
                problems.append(self._unknown(id, path, hinted=len(problems) < _HINTED))
            elif isinstance(value, bool) or not isinstance(value, int | float):
                problems.append(
                    Problem(
                        id="assumption-not-a-number",
                        path=path,
                        message=f"{value!r} is no number",
                        expected=f"a number, in the unit {self._known[id].unit}",
                        hint=f"the default is {self._known[id].value:g}",
                    )
                )
            else:
                said = float(value)
                changed[id] = replace(
                    self._known[id], value=said, low=said, high=said, source="the spec", confidence="spec"
                )
        if problems:
            raise SpecError(*problems)
        return Assumptions(changed)

    def _unknown(self, id: str, path: str, *, hinted: bool) -> Problem:
        near = difflib.get_close_matches(id, self._known, n=1) if hinted else []
        return Problem(
            id="unknown-assumption",
            path=path,
            message=f"no assumption is called '{id}'",
            expected="the id of an assumption, as `archgen plan` and docs/sizing.md name them",
            hint=f"did you mean `{near[0]}`?" if near else None,
            of_key=True,
        )

    def _at(self, end: str, choose: Callable[[Assumption], float]) -> Assumptions:
        # Every row of sizing asks for both ends: made once, they do not show in the time of a plan.
        if end not in self._ends:
            self._ends[end] = Assumptions({id: replace(a, value=choose(a)) for id, a in self._known.items()})
        return self._ends[end]


@cache
def thresholds() -> Mapping[str, Assumption]:
    """Where a choice turns (`thresholds.yaml`), by id: assumptions without a range, which a spec can override too.

    A threshold belongs to a rule, and the questions name it; a limit (`limits.yaml`) belongs to a provider.
    """
    return {
        row["id"]: Assumption(**row, low=row["value"], high=row["value"], better="low")
        for row in rows("thresholds.yaml")
    }


@cache
def assumptions() -> Assumptions:
    """The defaults of `assumptions.yaml` and the thresholds."""
    return Assumptions({row["id"]: Assumption(**row) for row in rows("assumptions.yaml")} | dict(thresholds()))
