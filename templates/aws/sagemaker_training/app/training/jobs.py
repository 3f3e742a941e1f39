"""The three jobs of the pipeline, on folders."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from learning import decisions, forecasts, labelled
from learning.artefact import load
from learning.columns import LABEL, WEIGHT, matrix

from .settings import Settings

log = logging.getLogger(__name__)


def prepare(settings: Settings, data: Path, target: Path) -> None:
    """Write `train`, `validation` and `test` below `target`.

    Raises:
        DataError, ValueError: there is nothing, or too little, to learn from.
    """
    if settings.forecasts:
        frame = _thinned(forecasts.read(data), settings.max_rows)
        for name, part in forecasts.split(frame, settings.horizon_days).items():
            (target / name).mkdir(parents=True, exist_ok=True)
            part.to_parquet(target / name / "part.parquet", index=False)
            log.info("%s: %d rows", name, len(part))
        return
    if settings.as_of is None:
        raise ValueError("AS_OF is not set: the age of a label cannot be told")
    written = labelled.prepare(
        data, target, as_of=settings.as_of, label_delay=settings.label_delay, max_rows=settings.max_rows
    )
    log.info("rows: %s", written)


def train(settings: Settings, data: Path, model: Path, checkpoints: Path) -> None:
    """Learn from `train`, stop by `validation`, write the artefact."""
    parts = labelled.read(data / "train"), labelled.read(data / "validation")
    if settings.forecasts:
        artefact = forecasts.learn(*parts, settings.effort, settings.horizon_days, checkpoints)
    else:
        artefact = decisions.learn(settings.task, *parts, settings.effort, checkpoints / "score.txt")
    artefact.save(model)
    log.info("version %s with %d features", artefact.version, len(artefact.features))


def evaluate(settings: Settings, model: Path, data: Path, target: Path) -> None:
    """Write the figures that the gates read, and what the monitors compare with.

    Raises:
        KeyError: a column of BIAS_COLUMNS is not in the data.
    """
    artefact, test = load(model), labelled.read(data)
    evaluation = target / "evaluation"
    features = test[[feature.name for feature in artefact.features]]
    _write_csv(features, target / "features" / "features.csv", header=True)
    if settings.forecasts:
        figures = forecasts.judge(artefact, test)
        _write_json(evaluation / "importance.json", _gains(artefact.boosters["p50"], forecasts.columns(artefact)))
    else:
        figures = decisions.judge(artefact, test, settings.false_positive_rate)
        _write_json(evaluation / "importance.json", decisions.importance(artefact, test))
        _write_json(evaluation / "score_baseline.json", decisions.score_baseline(artefact, test))
        _write_json(evaluation / "reason_baseline.json", decisions.reason_baseline(artefact, test))
        _write_groups(settings, artefact, test, figures["threshold"], target)
    _write_json(evaluation / "evaluation.json", {**figures, "model_version": artefact.version})
    log.info("figures: %s", figures)


def _thinned(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """Whole series by the hash of their name, so that the same ones take part in every run."""
    if len(frame) <= most:
        return frame
    names = frame[forecasts.SERIES].astype(str).to_numpy(dtype=object)
    place = pd.util.hash_array(names).astype(np.float64) / 2.0**64
    return frame[place < most / len(frame)]


def _write_groups(settings: Settings, artefact: Any, test: pd.DataFrame, threshold: float, target: Path) -> None:
    """What Clarify compares, without headers: label and groups, and the decision at the threshold.

    Sampled negatives stand for several: they are repeated by their weight, since Clarify knows no weights.
    """
    groups = [_interval(test[column]) for column in settings.bias_columns]
    scores = artefact.predict(decisions.SCORE, matrix(test, artefact.features))
    times = np.maximum(1, np.round(test[WEIGHT].to_numpy())).astype(int)
    times = np.minimum(times, max(1, settings.max_rows // max(1, len(test))))
    labels = pd.concat([test[LABEL].astype(int), *groups], axis=1).loc[test.index.repeat(times)]
    predicted = pd.DataFrame({"predicted": (scores >= threshold).astype(int)}, index=test.index)
    _write_csv(labels, target / "labels" / "labels.csv", header=False)
    _write_csv(predicted.loc[test.index.repeat(times)], target / "predicted" / "predicted.csv", header=False)


def _interval(values: pd.Series) -> pd.Series:
    """A number becomes one of four groups of equal size, as an age becomes a band."""
    if not pd.api.types.is_numeric_dtype(values):
        return values.astype("string").fillna("unknown")
    return pd.qcut(values, 4, labels=False, duplicates="drop").astype("string").fillna("unknown")


def _gains(booster: Any, names: Any) -> Mapping[str, float]:
    gains = dict(zip(names, (float(gain) for gain in booster.feature_importance("gain")), strict=True))
    return dict(sorted(gains.items(), key=lambda each: (-each[1], each[0])))


def _write_csv(frame: pd.DataFrame, file: Path, *, header: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(file, index=False, header=header)


def _write_json(file: Path, value: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, indent=1), encoding="utf-8")
