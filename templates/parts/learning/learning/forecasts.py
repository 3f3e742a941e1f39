"""One model over all series: demand of each of the next days, with an interval, from what is known today.

Direct: every lag is at least the horizon, so all days of the horizon are forecast in one pass and no forecast feeds the
next. One model over all series, since most of them are too short or too sparse to learn from alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from . import measures
from .artefact import Artefact
from .boosting import Effort, Sample, boost
from .columns import DATE, NAIVE, QUANTITY, SERIES, features_of, matrix

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
WEEK = 7
YEAR_OF_WEEKS = 364
_NEVER = frozenset({SERIES, DATE, QUANTITY, NAIVE})


def rows(history: pd.DataFrame, horizon_days: int) -> pd.DataFrame:
    """Rows of the model, one per series and day: lags, levels, the calendar and the covariates.

    Args:
        history: `series`, `date`, `quantity` and covariates that are known ahead; one row per series and day without
            gaps. Days to be forecast have no quantity.
        horizon_days: how far ahead is forecast; nothing younger than that is looked at.
    """
    frame = history.copy()
    frame[DATE] = pd.to_datetime(frame[DATE])
    frame = frame.sort_values([SERIES, DATE], ignore_index=True)
    by_series = frame.groupby(SERIES, sort=False)[QUANTITY]
    weeks = -(-horizon_days // WEEK) * WEEK
    for lag in (weeks, weeks + 7, weeks + 14, weeks + 28, YEAR_OF_WEEKS):
        if lag >= horizon_days:
            frame[f"lag_{lag}"] = by_series.shift(lag)
    known = by_series.shift(horizon_days)
    for days in (7, 28, 91):
        level = known.groupby(frame[SERIES], sort=False).rolling(days, min_periods=1).mean()
        frame[f"level_{days}"] = level.reset_index(level=0, drop=True)
    frame["weekday"] = frame[DATE].dt.dayofweek
    frame["day_of_year"] = frame[DATE].dt.dayofyear
    frame["month_day"] = frame[DATE].dt.day
    # The last same weekday that is known on the day of the forecast: what a planner would repeat.
    frame[NAIVE] = by_series.shift(weeks)
    return frame


def split(frame: pd.DataFrame, horizon_days: int) -> Mapping[str, pd.DataFrame]:
    """The last horizon for the test, the one before for the validation, all before for learning."""
    known = frame[frame[QUANTITY].notna() & frame[NAIVE].notna()]
    if known.empty:
        raise ValueError("no series is longer than the horizon")
    last = known[DATE].max()
    step = pd.Timedelta(days=horizon_days)
    parts = {
        "train": known[known[DATE] <= last - 2 * step],
        "validation": known[(known[DATE] > last - 2 * step) & (known[DATE] <= last - step)],
        "test": known[known[DATE] > last - step],
    }
    if short := sorted(name for name, part in parts.items() if part.empty):
        raise ValueError(f"the history is too short for {', '.join(short)} at a horizon of {horizon_days} days")
    return parts


def learn(
    train: pd.DataFrame, validation: pd.DataFrame, effort: Effort, horizon_days: int, checkpoints: Path | None = None
) -> Artefact:
    """Three boosters: the median and the ends of the interval that holds 80 % of the days."""
    features = tuple(each for each in features_of(train) if each.name not in _NEVER)
    parts = [Sample(matrix(part, features), part[QUANTITY].to_numpy(np.float64)) for part in (train, validation)]
    boosters = {
        name: boost(
            features,
            *parts,
            effort,
            {"objective": "quantile", "alpha": alpha, "metric": "quantile"},
            checkpoint=checkpoints / f"{name}.txt" if checkpoints else None,
        )
        for name, alpha in QUANTILES.items()
    }
    return Artefact(task="forecasting", features=features, boosters=boosters, facts={"horizon_days": horizon_days})


def forecast(artefact: Artefact, values: np.ndarray) -> np.ndarray:
    """Rows by (p10, p50, p90): never negative, never crossing."""
    predicted = np.column_stack([artefact.predict(name, values) for name in QUANTILES])
    return np.sort(np.maximum(predicted, 0.0), axis=1)


def judge(artefact: Artefact, test: pd.DataFrame) -> dict[str, float]:
    """Figures of a version on the last horizon, beside those of the seasonal-naive forecast."""
    actual = test[QUANTITY].to_numpy(np.float64)
    low, middle, high = forecast(artefact, matrix(test, artefact.features)).T
    naive = test[NAIVE].to_numpy(np.float64)
    figures = quality(actual, low, middle, high)
    wape_naive = measures.wape(actual, naive)
    return figures | {"wape_naive": wape_naive, "wape_to_naive": figures["wape"] / wape_naive}


def quality(actual: np.ndarray, low: np.ndarray, middle: np.ndarray, high: np.ndarray) -> dict[str, float]:
    """What is watched of forecasts whose days have come."""
    return {
        "rows": float(len(actual)),
        "wape": measures.wape(actual, middle),
        "bias": measures.bias(actual, middle),
        "coverage": measures.coverage(actual, low, high),
    }


def columns(artefact: Artefact) -> Sequence[str]:
    """The order of a row's values for the server."""
    return [feature.name for feature in artefact.features]
