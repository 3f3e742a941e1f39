from __future__ import annotations

from datetime import timedelta

from spark_for_tests import at, frame

from curation_core.parity import compare_counts, sampled

WINDOWS = {"1m": 60, "60m": 3600}
NOW = at("2026-08-01T12:00:00")
EVENTS = "id string, time timestamp, entities map<string,string>"
DECISIONS = "event_id string, event_time timestamp, entity_card string, card_count_1m double, card_count_60m double"


def events(*ages):
    return frame(
        [{"id": f"h{n}", "time": NOW - timedelta(seconds=age), "entities": {"card": "c"}} for n, age in enumerate(ages)]
        + [{"id": "e", "time": NOW, "entities": {"card": "c"}}],
        EVENTS,
    )


def decision(minute, hour):
    return frame(
        [{"event_id": "e", "event_time": NOW, "entity_card": "c", "card_count_1m": minute, "card_count_60m": hour}],
        DECISIONS,
    )


def apart(decided, happened):
    return compare_counts(decided, happened, "card", WINDOWS, freshness_seconds=2).apart


def test_counts_that_the_events_explain_agree():
    happened = events(10, 30, 600, 1800, 7200)
    assert apart(decision(2.0, 4.0), happened) == 0
    assert apart(decision(3.0, 5.0), happened) == 0, "with the decision's own event"


def test_what_may_be_a_moment_late_is_no_difference():
    assert apart(decision(1.0, 1.0), events(1.0, 30)) == 0, "an event of a second ago may not have arrived"
    assert apart(decision(2.0, 2.0), events(1.0, 30)) == 0


def test_other_counts_are_apart():
    happened = events(10, 30, 600, 1800)
    found = compare_counts(decision(2.0, 40.0), happened, "card", WINDOWS, freshness_seconds=2)
    assert (found.compared, found.apart, found.share_apart) == (2, 1, 0.5)
    assert apart(decision(0.0, 0.0), happened) == 2, "a job that has lost its state counts nothing"


def test_a_repeated_event_counts_once():
    assert apart(decision(1.0, 1.0), events(10).union(events(10))) == 0


def test_an_entity_without_history_has_a_count_of_none():
    assert apart(decision(0.0, 0.0), events()) == 0
    assert apart(decision(5.0, 5.0), events()) == 2


def test_a_sampled_entity_is_whole():
    rows = frame([{"id": f"e{n}", "token": f"t{n % 50}"} for n in range(500)], "id string, token string")
    kept = sampled(rows, "token", 400_000).groupBy("token").count().collect()
    assert 5 <= len(kept) <= 35 and {row["count"] for row in kept} == {10}
