"""Decisions, labels and states, as of each moment."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from spark_for_tests import at, frame, spark, table

from curation_core.as_of import join_as_of, moment, renamed
from curation_core.history import entity_rows, merge_statement
from curation_core.labels import mature_day, with_labels
from curation_core.records import RECORD, feature_names, flatten, sample

WINDOWS = ("1m", "5m", "60m")
EVENTS = "event_id string, event_time timestamp, entity_card string"
LABELS = "event_id string, label_time timestamp, label int"


def record(id, time, decided_at, card="tok-1", count=3.0, **attributes):
    return json.dumps(
        {
            "id": id,
            "time": time,
            "amount": {"value": "12.5000", "currency": "EUR"},
            "entities": {"card": card, "merchant": "m-1"},
            "attributes": attributes,
            "features": {"card": {f"count_{w}": count for w in WINDOWS} | {f"amount_{w}": 10.0 for w in WINDOWS}},
            "decision": {
                "outcome": "approve",
                "decided_by": "model",
                "score": 0.2,
                "model_version": "7",
                "decided_at": decided_at,
            },
        }
    )


def decisions(*lines):
    return spark().read.schema(RECORD).json(spark().sparkContext.parallelize(lines, 1))


def test_an_event_is_one_row_with_the_features_of_its_first_decision():
    rows = flatten(
        decisions(
            record("e1", "2026-08-01T10:00:00Z", "2026-08-01T10:00:02Z", count=9.0),
            record("e1", "2026-08-01T10:00:00Z", "2026-08-01T10:00:01Z", count=3.0, channel="web"),
        ),
        ("card", "merchant"),
        WINDOWS,
    )
    (row,) = table(rows)
    assert row["card_count_5m"] == 3.0, "the second decision on it is a repeat"
    assert row["amount"] == 12.5 and row["currency"] == "EUR" and row["entity_card"] == "tok-1"
    assert row["attribute_channel"] == "web"
    assert row["merchant_count_5m"] == 0.0, "no history is a count of none"
    assert set(feature_names(("card", "merchant"), WINDOWS)) <= set(row)


def test_a_line_that_is_no_record_is_left_out():
    rows = flatten(
        decisions("{broken", record("e1", "2026-08-01T10:00:00Z", "2026-08-01T10:00:01Z")), ("card",), WINDOWS
    )
    assert [row["event_id"] for row in table(rows)] == ["e1"]


def test_every_event_waits_equally_long_for_its_label():
    events = frame(
        [{"event_id": f"e{n}", "event_time": at("2026-06-01T12:00:00"), "entity_card": "c"} for n in range(5)], EVENTS
    )
    labels = frame(
        [
            {"event_id": "e1", "label_time": at("2026-08-30T11:00:00"), "label": 1},
            {"event_id": "e2", "label_time": at("2026-08-30T13:00:00"), "label": 1},
            {"event_id": "e3", "label_time": at("2026-05-31T12:00:00"), "label": 1},
            {"event_id": "e4", "label_time": at("2026-07-01T12:00:00"), "label": 1},
            {"event_id": "e4", "label_time": at("2026-07-20T12:00:00"), "label": 0},
        ],
        LABELS,
    )
    found = {row["event_id"]: row["label"] for row in table(with_labels(events, labels, 90))}
    assert found == {
        "e0": 0,
        "e1": 1,
        "e2": 0,  # an hour after its 90 days: others had no chance to be known so late
        "e3": 0,  # before the event: a mistake
        "e4": 0,  # withdrawn
    }


def test_only_days_that_are_old_enough_are_labelled():
    assert mature_day(date(2026, 11, 23), 90) == date(2026, 8, 24)
    assert mature_day(date(2026, 11, 23), 0) == date(2026, 11, 22)
    with pytest.raises(ValueError):
        mature_day(date(2026, 11, 23), -1)


def test_a_state_is_that_of_the_moment_and_never_of_later():
    events = frame(
        [
            {"event_id": "before", "event_time": at("2026-08-01T00:00:00"), "entity_card": "c"},
            {"event_id": "first", "event_time": at("2026-08-03T00:00:00"), "entity_card": "c"},
            {"event_id": "second", "event_time": at("2026-08-05T00:00:00"), "entity_card": "c"},
            {"event_id": "deleted", "event_time": at("2026-08-09T00:00:00"), "entity_card": "c"},
        ],
        EVENTS,
    )
    changes = frame(
        [
            {"card": "c", "changed_at": at("2026-08-02T00:00:00"), "segment": "new", "Op": "I"},
            {"card": "c", "changed_at": at("2026-08-04T00:00:00"), "segment": "gold", "Op": "U"},
            {"card": "c", "changed_at": at("2026-08-06T00:00:00"), "segment": None, "Op": "D"},
        ],
        "card string, changed_at timestamp, segment string, Op string",
    )
    rows = table(join_as_of(events, changes, "card", "core-banking", ["segment"]))
    assert {row["event_id"]: row["core_banking_segment"] for row in rows} == {
        "before": None,
        "first": "new",
        "second": "gold",
        "deleted": None,
    }


def test_times_are_read_as_sources_write_them():
    texts = ["/Date(1785585600000)/", "/Date(1785585600000+0000)/", "2026-08-01T12:00:00Z", "2026-08-01 12:00:00", None]
    rows = frame([{"text": text} for text in texts], "text string").select(moment("text").cast("double").alias("at"))
    assert [row["at"] for row in table(rows)] == [1785585600.0] * 4 + [None]


def test_a_column_that_is_not_there_is_named():
    rows = frame([{"ZUONR": "e1"}], "ZUONR string")
    with pytest.raises(ValueError, match=r"no column BUDAT; there are ZUONR"):
        renamed(rows, {"event_id": "ZUONR", "label_time": "BUDAT"})


def test_a_sample_keeps_all_positives_and_weighs_the_rest():
    rows = frame(
        [{"event_id": f"e{n}", "label": int(n % 100 == 0)} for n in range(20_000)], "event_id string, label int"
    )
    kept = table(sample(rows, 0.1))
    positives = [row for row in kept if row["label"]]
    negatives = [row for row in kept if not row["label"]]
    assert len(positives) == 200 and {row["sample_weight"] for row in positives} == {1.0}
    assert sum(row["sample_weight"] for row in negatives) == pytest.approx(19_800, rel=0.08)
    assert {row["event_id"] for row in kept} == {row["event_id"] for row in table(sample(rows, 0.1))}
    for share in (0, 1.1):
        with pytest.raises(ValueError):
            sample(rows, share)


def test_the_history_of_features_is_as_a_feature_store_has_it():
    rows = flatten(
        decisions(
            record("e1", "2026-08-01T10:00:00.250Z", "2026-08-01T10:00:01Z"),
            record("e2", "2026-08-01T10:00:00.250Z", "2026-08-01T10:00:01Z"),
        ),
        ("card",),
        WINDOWS,
    )
    (row,) = table(entity_rows(rows, "card", ["count_1m", "amount_1m"], at("2026-08-02T00:00:00")))
    assert row["token"] == "tok-1" and row["event_time"] == "2026-08-01T10:00:00.250Z"
    assert row["count_1m"] == 3.0 and row["is_deleted"] is False
    assert "WHEN NOT MATCHED" in merge_statement("catalog.db.card", "rows")


def test_a_day_is_labelled_once_its_last_event_is_old_enough():
    as_of = date(2026, 11, 23)
    last_event = at(f"{mature_day(as_of, 90)}T23:59:59")
    assert at(f"{as_of}T00:00:00") - last_event > timedelta(days=90)
