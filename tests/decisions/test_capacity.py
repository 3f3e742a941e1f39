"""Capacity that decisions compare, by the reference's worked figures."""

from __future__ import annotations

import pytest

from archgen.decisions import capacity


@pytest.mark.parametrize(("billions", "bytes_each", "gigabytes"), [(7, 2, 16.8), (70, 2, 168), (70, 1, 84)])
def test_weights(billions: float, bytes_each: float, gigabytes: float) -> None:
    assert capacity.weights_gigabytes(billions, bytes_each) == pytest.approx(gigabytes)


def test_vectors() -> None:
    assert capacity.vector_gigabytes(1_000_000, 768, 16, 0) == pytest.approx(3.5, abs=0.05)
    assert capacity.vector_gigabytes(1_000_000, 768, 16, 1) == pytest.approx(7.0, abs=0.1)


def test_boosting() -> None:
    assert capacity.boosting_hours(50e6, 200, 500, 6, 1e-8, 16) == pytest.approx(0.87, abs=0.005)


def test_tokens() -> None:
    assert capacity.billed_input_tokens(6000, 0.4) == pytest.approx(3840)
    assert capacity.tokens_a_month(capacity.answers_a_month(2), 6000, 350) == pytest.approx(2 * 30 * 86_400 * 6350)
