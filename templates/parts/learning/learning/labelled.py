"""Labelled decisions, read in batches: mature labels only, split by time, the frequent class sampled and weighted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.dataset as arrow

from .columns import ID, LABEL, TIME, WEIGHT

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
"""Of the time that is covered, oldest first: a model is judged by what came after it, as it will be."""


class DataError(ValueError):
    """The data cannot be learnt from; the message says why, without a value of it."""


@dataclass(frozen=True)
class Periods:
    """Where each part begins (included) and ends (excluded)."""

    train: tuple[datetime, datetime]
    validation: tuple[datetime, datetime]
    test: tuple[datetime, datetime]


def prepare(data: Path, target: Path, *, as_of: datetime, label_delay: timedelta, max_rows: int) -> dict[str, int]:
    """Write `train`, `validation` and `test` below `target`, one Parquet file each; gives their rows.

    A row takes part when it is older than `label_delay` at `as_of`: a younger one without a complaint says nothing yet.
    Between validation and test `label_delay` is left out, since at that time its labels were not known either.

    Raises:
        DataError: nothing mature, one class only, or too short a time.
    """
    ripe = as_of - label_delay
    first, last, positives, negatives = _survey(data, ripe)
    if not positives or not negatives:
        raise DataError(f"{positives} positive and {negatives} negative labels are older than {label_delay.days} days")
    periods = _periods(first, last, label_delay)
    share = min(1.0, max(0.0, (max_rows - positives)) / negatives)
    if share == 0.0:
        raise DataError(f"{positives} positives alone are more than the {max_rows} rows of a run")
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in SHARES}
    for batch in _batches(data, ripe):
        kept = _sampled(batch, share)
        for name, (begin, end) in vars(periods).items():
            parts[name].append(kept[(kept[TIME] >= begin) & (kept[TIME] < end)])
    written = {}
    for name, frames in parts.items():
        frame = pd.concat(frames, ignore_index=True).sort_values([TIME, ID], ignore_index=True)
        if frame[LABEL].nunique() < 2:
            raise DataError(f"the {name} period has labels of one class alone")
        (target / name).mkdir(parents=True, exist_ok=True)
        frame.to_parquet(target / name / "part.parquet", index=False)
        written[name] = len(frame)
    return written


def read(folder: Path) -> pd.DataFrame:
    """One part that was written. Raises `DataError` when there is none."""
    files = sorted(folder.rglob("*.parquet"))
    if not files:
        raise DataError(f"no Parquet file in {folder.name}")
    return pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)


def _batches(data: Path, ripe: datetime, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
    """Mature rows with a label, a batch at a time: all of them would not fit into memory."""
    files = sorted(str(file) for file in data.rglob("*.parquet"))
    if not files:
        raise DataError("there is no Parquet file to learn from")
    for batch in arrow.dataset(files, format="parquet").to_batches(columns=columns, batch_size=200_000):
        frame = batch.to_pandas()
        frame[TIME] = pd.to_datetime(frame[TIME], utc=True)
        yield frame[(frame[TIME] <= ripe) & frame[LABEL].notna()]


def _survey(data: Path, ripe: datetime) -> tuple[datetime, datetime, int, int]:
    first: list[datetime] = []
    last: list[datetime] = []
    positives = negatives = 0
    for frame in _batches(data, ripe, [TIME, LABEL]):
        if len(frame):
            first.append(frame[TIME].min().to_pydatetime())
            last.append(frame[TIME].max().to_pydatetime())
            positives += int((frame[LABEL] == 1).sum())
            negatives += int((frame[LABEL] == 0).sum())
    if not first:
        raise DataError("no row is old enough for its label to be known")
    return min(first), max(last), positives, negatives


def _periods(first: datetime, last: datetime, gap: timedelta) -> Periods:
    span = last - first
    test = first + span * (SHARES["train"] + SHARES["validation"])
    learnt = test - gap
    if learnt - first < span / 2:
        raise DataError(f"{span.days} days of data are too few for labels that take {gap.days} days")
    validation = first + (learnt - first) * SHARES["train"] / (SHARES["train"] + SHARES["validation"])
    return Periods(
        train=(first, validation),
        validation=(validation, learnt),
        test=(test, last + timedelta(microseconds=1)),
    )


def _sampled(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """All positives, and a share of the negatives by the hash of their id: the same rows in every run. The weight makes
    up for those left out, so that probabilities mean what they say."""
    place = pd.util.hash_array(frame[ID].astype(str).to_numpy(dtype=object)).astype(np.float64) / 2.0**64
    positive = frame[LABEL] == 1
    kept = frame[positive | (place < share)].copy()
    # Curation may have sampled before; both shares count.
    before = kept[WEIGHT].to_numpy(np.float64) if WEIGHT in kept else 1.0
    kept[WEIGHT] = before * np.where(kept[LABEL] == 1, 1.0, 1.0 / share)
    return kept
