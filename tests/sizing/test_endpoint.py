"""A fleet carries its load with a zone lost, and keeps its line short enough for the model's hop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archgen.knowledge import assumptions
from archgen.sizing import fleet, instances_over_zones


def test_the_load_decides_where_the_line_is_short() -> None:
    found = fleet(12_000, assumptions())
    assert found.instances == 18
    # Twelve instances left, 1,000 requests/s on 8 servers of 5 ms: a sixth waits.
    assert found.wait_p99_ms == pytest.approx(4.7, abs=0.05)


def test_the_line_decides_where_instances_are_planned_too_full() -> None:
    full = assumptions().overridden({"utilisation_target": 1.0})
    by_load = instances_over_zones(12_000, 1_500, 1.0)
    found = fleet(12_000, full)
    assert found.instances > by_load
    assert found.wait_p99_ms <= full.value("hop_model_ms") - full.value("endpoint_service_time_ms")


def test_a_slower_model_takes_more_instances() -> None:
    slow = assumptions().overridden({"endpoint_service_time_ms": 9.0})
    assert fleet(12_000, slow).instances > fleet(12_000, assumptions()).instances


def test_a_hop_that_leaves_no_time_to_wait_is_sized_by_load_and_shows_its_wait() -> None:
    tight = assumptions().overridden({"hop_model_ms": 5.0})
    assert fleet(12_000, tight).instances == 18
    assert fleet(12_000, tight).wait_p99_ms > 0


@given(rate=st.integers(1, 200_000), more=st.integers(0, 200_000), service=st.floats(1, 14))
def test_more_load_never_takes_fewer(rate: int, more: int, service: float) -> None:
    known = assumptions().overridden({"endpoint_service_time_ms": service})
    assert fleet(rate + more, known).instances >= fleet(rate, known).instances
