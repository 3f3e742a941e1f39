"""Gradient boosting that can be interrupted, repeated and explained."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from .columns import Feature

CHECKPOINT_TREES = 50
PATIENCE_TREES = 50
SEED = 7
RISING = re.compile(r"^amount$|_(count|amount)_\d+m$")
"""More money and more events in a window never lower a risk: a score that did would be easy to game."""


@dataclass(frozen=True)
class Effort:
    """How much is learnt: trees at most, and their depth."""

    trees: int
    depth: int


@dataclass(frozen=True)
class Sample:
    """Rows by features, targets and weights."""

    rows: np.ndarray
    targets: np.ndarray
    weights: np.ndarray | None = None


def boost(
    features: Sequence[Feature],
    train: Sample,
    validation: Sample,
    effort: Effort,
    objective: Mapping[str, Any],
    *,
    checkpoint: Path | None = None,
    rising: bool = False,
) -> lgb.Booster:
    """Learn until the validation no longer improves. With a `checkpoint` file it goes on from where it was stopped.

    `objective` holds LightGBM's own parameters for what is learnt; `rising` constrains the features of `RISING`.
    """
    names = [feature.name for feature in features]
    categorical = [index for index, feature in enumerate(features) if feature.categories is not None]
    parameters: dict[str, Any] = {
        "learning_rate": 0.05,
        "max_depth": effort.depth,
        "num_leaves": 2**effort.depth - 1,
        "min_data_in_leaf": max(5, min(100, len(train.rows) // 200)),
        "deterministic": True,
        "force_row_wise": True,
        "seed": SEED,
        "verbosity": -1,
        **objective,
    }
    if rising:
        parameters["monotone_constraints"] = [
            1 if RISING.search(name) and index not in categorical else 0 for index, name in enumerate(names)
        ]
    start = checkpoint if checkpoint is not None and checkpoint.exists() else None
    done = lgb.Booster(model_file=start).num_trees() if start else 0
    given: dict[str, Any] = {"feature_name": names, "categorical_feature": categorical, "free_raw_data": False}
    learnt_from = lgb.Dataset(train.rows, label=train.targets, weight=train.weights, **given)
    return lgb.train(
        parameters,
        learnt_from,
        num_boost_round=max(1, effort.trees - done),
        valid_sets=[
            lgb.Dataset(validation.rows, label=validation.targets, weight=validation.weights, reference=learnt_from)
        ],
        init_model=start,
        callbacks=[
            lgb.early_stopping(PATIENCE_TREES, verbose=False),
            *([_saving(checkpoint)] if checkpoint else []),
        ],
    )


def _saving(checkpoint: Path) -> Any:
    def save(environment: Any) -> None:
        if (environment.iteration + 1) % CHECKPOINT_TREES == 0:
            checkpoint.parent.mkdir(parents=True, exist_ok=True)
            # Replaced at once: an instance that is taken away while it writes must not leave half a model.
            partial = checkpoint.with_suffix(".partial")
            environment.model.save_model(partial, num_iteration=-1)
            partial.replace(checkpoint)

    return save
