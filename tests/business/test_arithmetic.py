"""The formulae, by worked examples."""

from __future__ import annotations

import pytest

from archgen.business import arithmetic


@pytest.mark.parametrize(("target", "recall"), [(6, 0.5), (1, 0.917)])
def test_value_recall(target: float, recall: float) -> None:
    assert arithmetic.value_recall(12, target) == pytest.approx(recall, abs=0.0005)


@pytest.mark.parametrize(("amount", "threshold"), [(80, 0.044), (500, 0.024)])
def test_decline_threshold_falls_with_the_amount(amount: float, threshold: float) -> None:
    assert arithmetic.decline_threshold(amount, 0.02, 3, 20) == pytest.approx(threshold, abs=0.0005)


def test_false_positive_cap_of_five_thousand_reviews() -> None:
    assert arithmetic.false_positive_cap(5000, 3000 * 86_400) == pytest.approx(1.9e-5, rel=0.02)


@pytest.mark.parametrize(("share", "change", "arm"), [(0.02, -0.003, 31_671), (0.03, 0.0015, 207_940)])
def test_sample_size(share: float, change: float, arm: int) -> None:
    assert arithmetic.sample_size(share, change) == arm


def test_a_smaller_change_needs_a_larger_sample() -> None:
    assert arithmetic.sample_size(0.02, 0.001) > arithmetic.sample_size(0.02, 0.002)


def test_documents() -> None:
    assert arithmetic.per_field_rate(0.8, 10) == pytest.approx(0.978, abs=0.0005)
    assert arithmetic.reviewers(10_000, 0.8, 3, 6.5) == pytest.approx(15.4, abs=0.02)
    assert arithmetic.clean_samples(0.01) == 299


def test_recall_of_actions() -> None:
    assert arithmetic.required_recall(0.15, 0.3) == pytest.approx(0.5)
    assert arithmetic.required_recall(0.3, 0.8) == pytest.approx(0.375)
    assert arithmetic.required_precision(0.5, 20_000, 60_000) == pytest.approx(0.167, abs=0.0005)


def test_safety_stock_grows_with_level_and_lead_time() -> None:
    assert arithmetic.safety_stock_factor(0.95, 1) == pytest.approx(1.645, abs=0.001)
    assert arithmetic.safety_stock_factor(0.95, 4) == pytest.approx(2 * arithmetic.safety_stock_factor(0.95, 1))
