"""Names and roles of the columns of curated data, and how each feature is told to a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

ID, TIME, LABEL, SCORE, AMOUNT, WEIGHT = "event_id", "event_time", "label", "score", "amount", "sample_weight"
SERIES, DAY, ACTUAL, NAIVE, HORIZON = "series_id", "target_date", "actual", "naive", "horizon"

NEVER_FEATURES = frozenset(
    {ID, TIME, LABEL, SCORE, WEIGHT, "date", "label_time", "outcome", "decided_by", "model_version", "policy_version"}
)
"""What is known only after the decision, or names the event: learning from it would be learning the answer."""
KEYS_OF_FORECASTS = frozenset({SERIES, DAY, ACTUAL, NAIVE})
ENTITY_PREFIX = "entity_"
"""Tokens of entities: a model that learnt single cards by heart would know nothing of new ones."""
MOST_CATEGORIES = 255


@dataclass(frozen=True)
class Feature:
    """One feature. `categories` None is a number; else its known values, any other counting as unknown."""

    name: str
    categories: tuple[str, ...] | None = None

    def encode(self, values: pd.Series) -> np.ndarray:
        """As numbers for the model: an unknown or missing value is NaN."""
        if self.categories is None:
            return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)
        codes = pd.Categorical(values.astype("string"), categories=list(self.categories)).codes
        return np.where(codes < 0, np.nan, codes.astype(np.float64))

    def encode_one(self, value: Any) -> float:
        """One value of a request."""
        if self.categories is None:
            return float(value) if isinstance(value, (int, float)) else _number(value)
        return float(self.categories.index(str(value))) if str(value) in self.categories else float("nan")


def features_of(frame: pd.DataFrame) -> tuple[Feature, ...]:
    """Every column that may be learnt from, sorted by name: numbers and booleans as numbers, text as categories."""
    found = []
    for column in sorted(frame.columns):
        if column in NEVER_FEATURES or column.startswith(ENTITY_PREFIX):
            continue
        if pd.api.types.is_numeric_dtype(frame[column]) or pd.api.types.is_bool_dtype(frame[column]):
            found.append(Feature(column))
        else:
            frequent = frame[column].astype("string").value_counts()
            ranked = sorted(frequent.items(), key=lambda each: (-each[1], str(each[0])))[:MOST_CATEGORIES]
            found.append(Feature(column, tuple(sorted(str(value) for value, _ in ranked))))
    return tuple(found)


def matrix(frame: pd.DataFrame, features: Sequence[Feature]) -> np.ndarray:
    """Rows by features. Raises `KeyError` naming a feature that the frame lacks."""
    return np.column_stack([feature.encode(frame[feature.name]) for feature in features])


def row(values: Mapping[str, Any], features: Sequence[Feature]) -> np.ndarray:
    """One request as a row: a feature that it lacks is unknown, a name that no feature has is ignored."""
    return np.array(
        [[feature.encode_one(values[feature.name]) if feature.name in values else np.nan for feature in features]]
    )


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
