"""The gate: rules that data has to pass before anyone learns from it, and the verdict on them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

RULES = Path(__file__).with_name("quality_rules.json")
"""What the job checks, and what a catalogue may say that it checks: written once, for both."""


class QualityFailed(Exception):
    """Rules that failed, with what was found. The data stays where it was; nothing is written."""


def decision_rules(features: Sequence[str]) -> Sequence[str]:
    """Rules in DQDL for labelled decisions. A feature that is null throughout means that its source has gone."""
    return _rules("decisions", features)


def series_rules(covariates: Sequence[str]) -> Sequence[str]:
    """Rules in DQDL for the known part of the series: one row per series and day, and yesterday is there."""
    return _rules("series", covariates)


def _rules(kind: str, columns: Sequence[str]) -> Sequence[str]:
    said = json.loads(RULES.read_text(encoding="utf-8"))[kind]
    return [*said["rules"], *(said["each_column"].format(column=column) for column in columns)]


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
