"""One model over all series: demand of each of the next days, with an interval, from what is known today.

Direct: the distance to the day is a feature, and a lag that was not known then is missing, so that all days are
forecast in one pass and no forecast feeds the next. One model over all series, since most of them are too short or too
sparse to learn from alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from . import measures
from .artefact import Artefact
from .boosting import Effort, Sample, boost
from .columns import ACTUAL, DAY, HORIZON, KEYS_OF_FORECASTS, NAIVE, SERIES, Feature, matrix
from .labelled import DataError

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
WEEK = 7


def read(folder: Path) -> pd.DataFrame:
    """Rows of the model as curation makes them, one per series and target day, their features in its order.

    CSV with a header, in any number of files. Rows to be forecast are made by the same code, so that they cannot differ
    from those that are learnt from.

    Raises:
        DataError: no file, or one without the columns that say what a row is about.
    """
    files = sorted(file for file in folder.rglob("*") if file.name.endswith((".csv", ".csv.gz")))
    if not files:
        raise DataError("there is no CSV file to learn from")
    frame = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    if missing := sorted({SERIES, DAY, ACTUAL, HORIZON} - set(frame.columns)):
        raise DataError(f"the rows lack {', '.join(missing)}")
    frame[DAY] = pd.to_datetime(frame[DAY])
    return with_naive(frame)


def with_naive(frame: pd.DataFrame) -> pd.DataFrame:
    """Beside each row the last same weekday that was known on the day of the forecast: what a planner would repeat."""
    weeks = np.ceil(frame[HORIZON] / WEEK) * WEEK
    wanted = frame[[SERIES]].assign(**{DAY: frame[DAY] - pd.to_timedelta(weeks, unit="D")})
    known = frame[[SERIES, DAY, ACTUAL]].rename(columns={ACTUAL: NAIVE})
    found = wanted.merge(known, on=[SERIES, DAY], how="left", validate="many_to_one")
    return frame.assign(**{NAIVE: found[NAIVE].to_numpy()})


def split(frame: pd.DataFrame, horizon_days: int) -> Mapping[str, pd.DataFrame]:
    """The last horizon for the test, the one before for the validation, all before for learning.

    Raises:
        DataError: too short a history for the three.
    """
    known = frame[frame[ACTUAL].notna() & frame[NAIVE].notna()]
    if known.empty:
        raise DataError("no series is longer than the horizon")
    last: datetime = known[DAY].max().to_pydatetime()
    step = timedelta(days=horizon_days)
    parts = {
        "train": known[known[DAY] <= last - 2 * step],
        "validation": known[(known[DAY] > last - 2 * step) & (known[DAY] <= last - step)],
        "test": known[known[DAY] > last - step],
    }
    if short := sorted(name for name, part in parts.items() if part.empty):
        raise DataError(f"the history is too short for {', '.join(short)} at a horizon of {horizon_days} days")
    return parts


def learn(
    train: pd.DataFrame, validation: pd.DataFrame, effort: Effort, horizon_days: int, checkpoints: Path | None = None
) -> Artefact:
    """Three boosters: the median and the ends of the interval that holds 80 % of the days."""
    # In the order of the file, which is that of the rows to be forecast.
    features = tuple(Feature(column) for column in train.columns if column not in KEYS_OF_FORECASTS)
    parts = [Sample(matrix(part, features), part[ACTUAL].to_numpy(np.float64)) for part in (train, validation)]
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
    actual = test[ACTUAL].to_numpy(np.float64)
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
