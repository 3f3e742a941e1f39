"""A need that meets a limit is no violation; one beyond it says what was found and what the limit is."""

from __future__ import annotations

import pytest

from archgen.services import Port
from archgen.services.limits import above, clear_card_numbers, faster_than, other_than


def test_a_need_at_the_limit_is_met_and_one_above_names_both_figures() -> None:
    assert above({"record_bytes": 1_000_000}, "record_bytes", 1_000_000, "bytes", "too large") == ()
    (violation,) = above({"record_bytes": 1_000_001}, "record_bytes", 1_000_000, "bytes", "too large")
    assert (violation.found, violation.limit, violation.reason) == ("1,000,001 bytes", "1,000,000 bytes", "too large")


def test_what_is_not_said_is_beyond_no_limit() -> None:
    assert above({}, "record_bytes", 1, "bytes", "too large") == ()
    assert faster_than({}, 15, "too slow") == ()
    assert clear_card_numbers({}, ()) == ()


@pytest.mark.parametrize(("latency", "ruled_out"), [(14.9, True), (15, False), (100, False)])
def test_only_a_latency_below_what_the_service_takes_rules_it_out(latency: float, ruled_out: bool) -> None:
    violated = faster_than({"latency_p99_ms": latency}, 15, "too slow")
    assert [v.found for v in violated] == ([f"{latency:g} ms"] if ruled_out else [])


def test_an_unknown_word_is_answered_with_the_known_ones() -> None:
    (violation,) = other_than({"delivery": "cdc"}, "delivery", ("daily", "weekly"), "a job ends")
    assert (violation.need, violation.found, violation.limit) == ("delivery", "cdc", "daily, weekly")


def test_a_word_that_is_not_said_is_unknown_unless_something_is_meant_by_it() -> None:
    assert other_than({}, "system", ("kafka",), "Kafka alone", unsaid="kafka") == ()
    assert [v.found for v in other_than({}, "system", ("kafka",), "Kafka alone")] == ["None"]


def test_card_numbers_in_the_clear_need_a_key() -> None:
    key = Port(argument="key", kind="token-key", role="tokenisation-key", speaks=frozenset({"token-key"}), verb="uses")
    assert [v.need for v in clear_card_numbers({"tokenises": True}, ())] == ["tokenises"]
    assert clear_card_numbers({"tokenises": True}, (key,)) == ()
