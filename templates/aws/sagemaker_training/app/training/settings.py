"""What a job is told: environment variables of a processing job, hyperparameters of a training job."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from learning.boosting import Effort

FORECASTING = "forecasting"


@dataclass(frozen=True)
class Settings:
    """All of them, read and checked at start."""

    task: str
    effort: Effort
    max_rows: int
    label_delay: timedelta
    false_positive_rate: float
    horizon_days: int
    bias_columns: tuple[str, ...]
    as_of: datetime | None

    @property
    def forecasts(self) -> bool:
        """Whether quantities are learnt instead of labels."""
        return self.task == FORECASTING


def settings(given: Mapping[str, str]) -> Settings:
    """Read them. Raises `ValueError` naming the one that is missing or cannot be read."""

    def number(name: str, default: str | None = None) -> float:
        text = given.get(name, default)
        if text is None:
            raise ValueError(f"{name} is not set")
        try:
            return float(text)
        except ValueError as error:
            raise ValueError(f"{name} is '{text}'; expected a number") from error

    if not given.get("TASK"):
        raise ValueError("TASK is not set")
    as_of = given.get("AS_OF")
    return Settings(
        task=given["TASK"],
        effort=Effort(trees=int(number("TREES")), depth=int(number("DEPTH"))),
        max_rows=int(number("MAX_ROWS")),
        label_delay=timedelta(days=number("LABEL_DELAY_DAYS", "0")),
        false_positive_rate=number("FALSE_POSITIVE_RATE", "0.005"),
        horizon_days=int(number("HORIZON_DAYS", "0")),
        bias_columns=tuple(each for each in given.get("BIAS_COLUMNS", "").split(",") if each),
        as_of=datetime.fromisoformat(as_of) if as_of else None,
    )


def hyperparameters(file: Path) -> Mapping[str, str]:
    """Of a training job; empty where there is no file."""
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
