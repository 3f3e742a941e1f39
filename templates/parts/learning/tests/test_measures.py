from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning import measures


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(1, 3)), min_size=2, max_size=40))
def test_area_under_curve_counts_pairs(rows):
    labels, scores, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if not 0 < labels.sum() < len(labels):
        return
    won = total = 0.0
    for i in np.flatnonzero(labels == 1):
        for j in np.flatnonzero(labels == 0):
            pair = weights[i] * weights[j]
            total += pair
            won += pair * (1.0 if scores[i] > scores[j] else 0.5 if scores[i] == scores[j] else 0.0)
    assert measures.area_under_curve(labels, scores, weights) == pytest.approx(won / total)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=1, max_size=60), st.sampled_from([0.0, 0.1, 0.5]))
def test_a_threshold_never_stops_more_good_customers_than_allowed(rows, rate):
    labels, scores = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    negative = labels == 0
    if not negative.any():
        return
    threshold = measures.threshold_at(labels, scores, np.ones(len(labels)), rate)
    assert (scores[negative] >= threshold).mean() <= rate


def test_value_recall_counts_money_and_not_cases():
    labels, scores, amounts = array(1, 1, 0), array(0.9, 0.1, 0.2), array(900, 100, 50)
    assert measures.recall_at(labels, scores, amounts, 0.5) == pytest.approx(0.9)
    assert measures.recall_at(labels, scores, np.ones(3), 0.5) == pytest.approx(0.5)


def test_forecast_measures_on_numbers_that_can_be_reckoned_by_hand():
    actual, forecast = array(10, 0, 30), array(12, 1, 25)
    assert measures.wape(actual, forecast) == pytest.approx(8 / 40)
    assert measures.bias(actual, forecast) == pytest.approx(-2 / 40)
    assert measures.coverage(actual, array(9, 0, 31), array(11, 1, 33)) == pytest.approx(2 / 3)


def test_the_stability_index_is_zero_for_the_same_population_and_large_for_a_shifted_one():
    random = np.random.default_rng(3)
    before, edges = random.beta(2, 8, 20_000), [0.1, 0.2, 0.3, 0.4]
    same = measures.histogram(random.beta(2, 8, 20_000), edges)
    shifted = measures.histogram(random.beta(4, 6, 20_000), edges)
    expected = measures.histogram(before, edges)
    assert measures.stability_index(expected, expected) == 0
    assert measures.stability_index(expected, same) < 0.01
    assert measures.stability_index(expected, shifted) > 0.25


def test_a_score_beyond_all_edges_still_has_a_bin():
    assert measures.histogram(array(-1, 0.5, 9), [0.0, 1.0]).tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])
