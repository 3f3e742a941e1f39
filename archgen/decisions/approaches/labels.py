"""What there is to learn from, as numbers that rules compare."""

from __future__ import annotations

from dataclasses import dataclass

from archgen.decisions.decision import Flip
from archgen.decisions.question import Case

_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Record:
    """Labels on record; 0 where the spec names none. `delay_days` is None where it is unknown."""

    rows: float
    positives: float
    delay_days: float | None
    years: float

    @property
    def said(self) -> str:
        """Rows and positives in words."""
        return f"{self.rows:,.0f} rows, {self.positives:,.0f} positives"


def record(case: Case) -> Record:
    """The labels of a spec. Where positives are not counted apart, every row is one (regression, extraction)."""
    labels = case.spec.problem.labels
    rows = float(labels.rows) if labels and labels.rows else 0.0
    positives = float(labels.positives) if labels and labels.positives is not None else rows
    delay = float(labels.delay) / _DAY if labels and labels.delay is not None else None
    years = float(labels.history) / (365 * _DAY) if labels and labels.history else 0.0
    return Record(rows=rows, positives=positives, delay_days=delay, years=years)


def too_few_labels(case: Case) -> bool:
    """Whether a supervised model has too little to learn from."""
    found = record(case)
    return found.rows < case.at("rows_for_training") or found.positives < case.at("positives_for_training")


def labels_that_suffice(case: Case) -> tuple[Flip, ...]:
    """The single changes that carry a record over the threshold, or under it."""
    found = record(case)
    floor = case.at("positives_for_training")
    if not case.spec.problem.labels or case.spec.problem.labels.positives is None:
        return ()
    return (Flip("problem.labels.positives", "<" if found.positives >= floor else ">=", f"{floor:g}"),)
