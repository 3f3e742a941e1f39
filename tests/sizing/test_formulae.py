"""Capacity never falls when load rises, and one lost zone leaves enough."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archgen.sizing import instances_over_zones, shards

RATES = st.floats(1, 1e6)


def test_figures_that_an_architect_reckons_by_hand() -> None:
    assert instances_over_zones(12_000, 1_500, 0.7) == 18
    assert shards(10_000, 1_000, 1.5) == 15
    assert shards(100, 50_000, 1.0) == 5
    # 12,000 / (1,500 * 0.8) is exactly ten.
    assert instances_over_zones(12_000, 1_500, 0.8) == 15


@given(RATES, RATES, st.floats(1, 1e4), st.floats(0.1, 1))
def test_more_load_never_needs_less(a: float, b: float, per_instance: float, safety: float) -> None:
    low, high = sorted((a, b))
    assert instances_over_zones(low, per_instance, safety) <= instances_over_zones(high, per_instance, safety)
    assert shards(low, 1000, 1.5) <= shards(high, 1000, 1.5)


@given(RATES, st.floats(1, 1e4), st.floats(0.1, 1))
def test_two_of_three_zones_carry_the_load_at_the_target(rate: float, per_instance: float, safety: float) -> None:
    instances = instances_over_zones(rate, per_instance, safety)
    assert instances % 3 == 0
    assert instances / 3 * 2 * per_instance * safety >= rate * (1 - 1e-6)
