"""The gate: rules that data has to pass before anyone learns from it, and the verdict on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class QualityFailed(Exception):
    """Rules that failed, with what was found. The data stays where it was; nothing is written."""


def decision_rules(features: Sequence[str]) -> Sequence[str]:
    """Rules in DQDL for labelled decisions. A feature that is null throughout means that its source has gone."""
    return [
        "RowCount > 0",
        'IsComplete "event_id"',
        'IsUnique "event_id"',
        'IsComplete "event_time"',
        'Completeness "amount" > 0.999',
        'ColumnValues "amount" >= 0',
        'ColumnValues "label" in [0, 1]',
        'Mean "label" < 0.5',
        *(f'Completeness "{feature}" > 0.5' for feature in features),
    ]


def series_rules(covariates: Sequence[str]) -> Sequence[str]:
    """Rules in DQDL for the known part of the series: one row per series and day, and yesterday is there."""
    return [
        "RowCount > 0",
        'IsPrimaryKey "series_id" "date"',
        'IsComplete "quantity"',
        'ColumnValues "quantity" >= 0',
        'Mean "quantity" > 0',
        *(f'IsComplete "{covariate}"' for covariate in covariates),
    ]


def ruleset(rules: Sequence[str]) -> str:
    """Rules as one DQDL text."""
    return "Rules = [\n" + ",\n".join(f"  {rule}" for rule in rules) + "\n]"


def verdict(outcomes: Sequence[Mapping[str, str | None]]) -> int:
    """How many rules were checked.

    Args:
        outcomes: `Rule`, `Outcome` (`Passed`, `Failed`, `Error`) and `FailureReason` of each.

    Raises:
        QualityFailed: any rule did not pass, or none was checked.
    """
    if not outcomes:
        raise QualityFailed("no rule was checked")
    failed = [
        f"{one['Rule']}: {one['FailureReason'] or one['Outcome']}" for one in outcomes if one["Outcome"] != "Passed"
    ]
    if failed:
        raise QualityFailed(f"{len(failed)} of {len(outcomes)} rules failed: " + "; ".join(failed))
    return len(outcomes)
