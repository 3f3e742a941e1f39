"""How good a model is: what a decision maker asks of scores and forecasts. All weighted, all on plain arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
SMALLEST_SHARE = 1e-6
"""Stands for an empty bin in the stability index, whose logarithm has no other value."""


def area_under_curve(labels: Numbers, scores: Numbers, weights: Numbers) -> float:
    """Probability that a positive scores above a negative, ties counting half."""
    order = np.argsort(scores, kind="stable")
    scores, positives = scores[order], (labels * weights)[order]
    negatives = ((1 - labels) * weights)[order]
    edges = np.flatnonzero(np.r_[True, np.diff(scores) > 0])
    positive, negative = np.add.reduceat(positives, edges), np.add.reduceat(negatives, edges)
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / (positive.sum() * negative.sum()))


def threshold_at(labels: Numbers, scores: Numbers, weights: Numbers, false_positive_rate: float) -> float:
    """The lowest score at which at most that share of the negatives is stopped (`score >= threshold`)."""
    negative = labels == 0
    order = np.argsort(-scores[negative], kind="stable")
    ranked, stopped = scores[negative][order], np.cumsum(weights[negative][order])
    allowed = false_positive_rate * weights[negative].sum()
    beyond = np.flatnonzero(stopped > allowed)
    if not len(beyond):
        return float(scores.min())
    # Just above the first negative that would be one too many: its equals would be stopped with it.
    return float(np.nextafter(ranked[beyond[0]], np.inf))


def recall_at(labels: Numbers, scores: Numbers, weights: Numbers, threshold: float) -> float:
    """Share of the positives that is stopped. With amounts as weights: of the lost money (value-recall)."""
    positives = (labels == 1) * weights
    return float(positives[scores >= threshold].sum() / positives.sum())


def wape(actual: Numbers, forecast: Numbers) -> float:
    """Sum of absolute errors over the sum of actuals: series that sell nothing do not blow it up."""
    return float(np.abs(actual - forecast).sum() / np.abs(actual).sum())


def bias(actual: Numbers, forecast: Numbers) -> float:
    """How far the forecasts lie above (positive) or below the actuals in sum, as a share."""
    return float((forecast.sum() - actual.sum()) / np.abs(actual).sum())


def coverage(actual: Numbers, low: Numbers, high: Numbers) -> float:
    """Share of the actuals that lie within their interval."""
    return float(((actual >= low) & (actual <= high)).mean())


def histogram(scores: Numbers, edges: Sequence[float], weights: Numbers | None = None) -> Numbers:
    """Shares of the scores by bin; `edges` are the inner ones, so that every score has a bin."""
    counts = np.bincount(np.searchsorted(edges, scores, side="right"), weights=weights, minlength=len(edges) + 1)
    return counts / counts.sum()


def stability_index(expected: Numbers, found: Numbers) -> float:
    """Population stability index of two histograms: 0 for equal ones, above 0.25 by custom another population."""
    e, f = np.maximum(expected, SMALLEST_SHARE), np.maximum(found, SMALLEST_SHARE)
    return float(((f - e) * np.log(f / e)).sum())
