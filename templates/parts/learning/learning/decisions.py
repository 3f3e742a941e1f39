"""A score for decisions, with its reasons: what is learnt, how it is judged and how one request is answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from . import measures
from .artefact import Artefact
from .boosting import Effort, Sample, boost
from .columns import AMOUNT, LABEL, WEIGHT, features_of, matrix, row

SCORE = "score"
MOST_REASONS = 4
BINS = 20
_NO_CODE = re.compile(r"[^A-Z0-9]+")


def learn(
    task: str, train: pd.DataFrame, validation: pd.DataFrame, effort: Effort, checkpoint: Path | None = None
) -> Artefact:
    """Learn the label's probability."""
    features = features_of(train)
    parts = [
        Sample(matrix(part, features), part[LABEL].to_numpy(np.float64), part[WEIGHT].to_numpy(np.float64))
        for part in (train, validation)
    ]
    booster = boost(
        features, *parts, effort, {"objective": "binary", "metric": "auc"}, checkpoint=checkpoint, rising=True
    )
    return Artefact(task=task, features=features, boosters={SCORE: booster}, facts={})


def judge(artefact: Artefact, test: pd.DataFrame, false_positive_rate: float) -> dict[str, float]:
    """Figures of a version on rows that came after it was learnt; `value_recall` counts money where there is any."""
    labels, weights = test[LABEL].to_numpy(np.float64), test[WEIGHT].to_numpy(np.float64)
    scores = artefact.predict(SCORE, matrix(test, artefact.features))
    threshold = measures.threshold_at(labels, scores, weights, false_positive_rate)
    figures = {
        "rows": float(len(test)),
        "positives": float(labels.sum()),
        "auc": measures.area_under_curve(labels, scores, weights),
        "false_positive_rate": false_positive_rate,
        "threshold": threshold,
        "recall": measures.recall_at(labels, scores, weights, threshold),
        "predicted_rate": float(np.average(scores, weights=weights)),
        "actual_rate": float(np.average(labels, weights=weights)),
    }
    if AMOUNT in test:
        amounts = test[AMOUNT].to_numpy(np.float64)
        figures["value_recall"] = measures.recall_at(labels, scores, weights * amounts, threshold)
    return figures


def importance(artefact: Artefact, test: pd.DataFrame) -> dict[str, float]:
    """Mean absolute contribution of each feature, the largest first."""
    mean = np.abs(artefact.contributions(SCORE, matrix(test, artefact.features))).mean(axis=0)
    named = {feature.name: float(value) for feature, value in zip(artefact.features, mean, strict=True)}
    return dict(sorted(named.items(), key=lambda each: (-each[1], each[0])))


def score_baseline(artefact: Artefact, test: pd.DataFrame) -> dict[str, list[float]]:
    """Histogram of the scores that live ones are compared with: inner edges, and the share of each bin."""
    scores = artefact.predict(SCORE, matrix(test, artefact.features))
    weights = test[WEIGHT].to_numpy(np.float64)
    edges = sorted({float(edge) for edge in np.quantile(scores, np.linspace(0, 1, BINS + 1)[1:-1])})
    return {"edges": edges, "shares": measures.histogram(scores, edges, weights).tolist()}


def reason_baseline(artefact: Artefact, test: pd.DataFrame) -> dict[str, float]:
    """Share of the decisions that name each reason, the largest first: what live reasons are compared with."""
    weights = test[WEIGHT].to_numpy(np.float64)
    named: dict[str, float] = {}
    for moved, weight in zip(artefact.contributions(SCORE, matrix(test, artefact.features)), weights, strict=True):
        for reason in _reasons(artefact, moved):
            named[reason] = named.get(reason, 0.0) + float(weight)
    shares = {reason: weight / float(weights.sum()) for reason, weight in named.items()}
    return dict(sorted(shares.items(), key=lambda each: (-each[1], each[0])))


def answer(artefact: Artefact, features: Mapping[str, Any]) -> dict[str, Any]:
    """The reply to one request of the model interface: score, reasons (weightiest first) and version."""
    values = row(features, artefact.features)
    moved = artefact.contributions(SCORE, values)[0]
    score = float(artefact.predict(SCORE, values)[0])
    return {"score": score, "reasons": _reasons(artefact, moved), "model_version": artefact.version}


def _reasons(artefact: Artefact, moved: np.ndarray) -> list[str]:
    """What moved a score up, the weightiest first."""
    order = sorted(range(len(moved)), key=lambda index: (-moved[index], artefact.features[index].name))
    return [reason_code(artefact.features[index].name) for index in order[:MOST_REASONS] if moved[index] > 0]


def reason_code(feature: str) -> str:
    """`card_count_1m` -> `CARD_COUNT_1M`: at most 48 of A-Z, 0-9 and underscores, beginning with a letter."""
    code = _NO_CODE.sub("_", feature.upper()).strip("_")
    return (code if code[:1].isalpha() else f"F_{code}")[:48]
