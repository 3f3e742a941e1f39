from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from velocity_core.windows import BUCKETS, REMEMBERED_IDS, Observation, VelocityState, observe, scaled, totals, width_ms

WINDOWS = {"1m": 60, "5m": 300, "60m": 3600}
START = 1_800_000_000_000

observations = st.lists(
    st.builds(
        Observation,
        event_id=st.integers().map(str),
        time_ms=st.integers(START, START + 2 * 3_600_000),
        amount=st.integers(0, 10**9),
        currency=st.sampled_from(["EUR", "USD"]),
    ),
    max_size=60,
    unique_by=lambda seen: seen.event_id,
)


def state_after(seen: list[Observation]) -> VelocityState:
    state = VelocityState()
    for observation in seen:
        state = observe(state, observation, WINDOWS)
    return state


def in_window(seen: list[Observation], seconds: int) -> list[Observation]:
    """By hand: the events whose bucket is one of the last 60, counted from the newest event's."""
    newest = max(observation.time_ms for observation in seen)
    width = width_ms(seconds)
    return [o for o in seen if newest // width - o.time_ms // width < BUCKETS]


@given(observations.filter(bool))
def test_equals_a_brute_force_count_in_any_order_of_arrival(seen: list[Observation]) -> None:
    state = state_after(seen)
    for window, seconds in WINDOWS.items():
        inside = in_window(seen, seconds)
        count, amounts = totals(state, window)
        assert count == len(inside)
        for currency in {o.currency for o in seen}:
            assert amounts[currency] == Decimal(sum(o.amount for o in inside if o.currency == currency)) / 10_000


@given(observations.filter(bool))
def test_a_window_is_exact_to_a_sixtieth_of_its_length(seen: list[Observation]) -> None:
    newest = max(o.time_ms for o in seen)
    state = state_after(seen)
    for window, seconds in WINDOWS.items():
        surely = sum(newest - o.time_ms < seconds * 1000 - width_ms(seconds) for o in seen)
        at_most = sum(newest - o.time_ms < seconds * 1000 for o in seen)
        assert surely <= totals(state, window)[0] <= at_most


@given(observations)
def test_a_repeated_event_counts_once(seen: list[Observation]) -> None:
    once = state_after(seen)
    assert state_after([o for observation in seen for o in (observation, observation)]) == once


@given(st.integers(1, 400))
def test_the_state_of_a_busy_entity_stays_bounded(number: int) -> None:
    state = state_after([Observation(str(i), START + i * 700, 1, "EUR") for i in range(number)])
    assert all(len(buckets) <= BUCKETS for buckets in state.buckets.values())
    assert len(state.recent_ids) <= REMEMBERED_IDS
    assert totals(state, "60m")[0] == number


def test_an_event_older_than_its_window_changes_no_count() -> None:
    state = state_after([Observation("a", START, 5, "EUR"), Observation("b", START - 4_000_000, 5, "EUR")])
    assert [totals(state, window)[0] for window in WINDOWS] == [1, 1, 1]


def test_a_currency_that_left_the_window_is_reported_as_zero() -> None:
    state = state_after([Observation("a", START, 5, "USD"), Observation("b", START + 7_200_000, 5, "EUR")])
    assert totals(state, "60m")[1] == {"EUR": Decimal("0.0005"), "USD": Decimal(0)}


def test_no_cent_is_lost_in_scaling() -> None:
    assert scaled(Decimal("9999999999999.9999")) == 99_999_999_999_999_999
