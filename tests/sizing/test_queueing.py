"""Erlang's C formula, by figures that can be looked up, and what holds for every queue."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archgen.sizing.queueing import share_that_waits, wait_p99_ms


def test_one_server_waits_as_often_as_it_is_busy() -> None:
    assert share_that_waits(0.7, 1) == pytest.approx(0.7)


def test_two_servers_by_hand() -> None:
    """A load of 1 on 2 servers: (1/2) / (1 - 1/2) against 1 + 1: a third waits."""
    assert share_that_waits(1, 2) == pytest.approx(1 / 3)


def test_a_full_queue_never_ends() -> None:
    assert share_that_waits(8, 8) == 1
    assert wait_p99_ms(1600, 5, 8) == inf


def test_nobody_waits_where_few_meet_a_busy_server() -> None:
    assert wait_p99_ms(10, 5, 8) == 0


def test_the_wait_of_one_server_is_that_of_the_formula() -> None:
    """M/M/1 at 70 %: 10 ms x ln(70) / 0.3 = 141.6 ms."""
    assert wait_p99_ms(70, 10, 1) == pytest.approx(141.6, abs=0.05)


@given(rate=st.floats(1, 1500), more=st.floats(0, 90), servers=st.integers(8, 64))
def test_more_load_never_waits_less_and_more_servers_never_longer(rate: float, more: float, servers: int) -> None:
    assert wait_p99_ms(rate + more, 5, servers) >= wait_p99_ms(rate, 5, servers) - 1e-9
    assert wait_p99_ms(rate, 5, servers + 1) <= wait_p99_ms(rate, 5, servers) + 1e-9
