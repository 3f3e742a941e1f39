from __future__ import annotations

from datetime import date, timedelta

import pytest
from spark_for_tests import frame, table

from curation_core.forecast_rows import columns, scoring_rows, training_rows
from curation_core.quality import QualityFailed, decision_rules, ruleset, series_rules, verdict
from curation_core.series import daily, newest, with_covariates

FIRST, LAST = date(2025, 1, 1), date(2026, 6, 30)
DAYS = (LAST - FIRST).days + 1
SALES = "series_id string, date date, quantity double"


def sales(*without):
    """The quantity says which day it is: so a lag can be told apart from any other day's."""
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    return frame(
        [{"series_id": "a", "date": d, "quantity": float((d - FIRST).days)} for d in days if d not in without], SALES
    )


@pytest.fixture(scope="module")
def series():
    made = daily(sales(), FIRST, LAST, 28)
    promotions = frame(
        [{"series_id": "a", "date": LAST + timedelta(days=3), "promotion": 1.0}],
        "series_id string, date date, promotion double",
    )
    return with_covariates(made, promotions, ["promotion"]).cache()


def test_a_day_without_sales_is_zero_and_the_future_is_unknown():
    gap = date(2026, 6, 1)
    rows = {row["date"]: row["quantity"] for row in table(daily(sales(gap), FIRST, LAST, 28))}
    assert len(rows) == DAYS + 28
    assert rows[gap] == 0.0
    assert rows[LAST] == DAYS - 1 and rows[LAST + timedelta(days=1)] is None


def test_several_sales_of_a_day_add_up():
    twice = sales().union(sales())
    rows = {row["date"]: row["quantity"] for row in table(daily(twice, FIRST, LAST, 0))}
    assert rows[LAST] == 2 * (DAYS - 1)


def test_a_row_that_was_sent_again_replaces_the_old_one():
    rows = frame(
        [
            {"order": "1", "changed": "2026-06-01", "quantity": 5.0},
            {"order": "1", "changed": "2026-06-02", "quantity": 3.0},
            {"order": "2", "changed": "2026-06-01", "quantity": 1.0},
        ],
        "order string, changed string, quantity double",
    )
    assert {row["order"]: row["quantity"] for row in table(newest(rows, ["order"], "changed"))} == {"1": 3.0, "2": 1.0}


def test_scoring_rows_know_nothing_of_the_future_but_what_is_announced(series):
    rows = {row["horizon"]: row for row in table(scoring_rows(series, LAST, 28, ["promotion"]))}
    assert sorted(rows) == list(range(1, 29))
    third = rows[3]
    assert third["target_date"] == LAST + timedelta(days=3)
    assert third["lag_7"] == DAYS - 1 + 3 - 7 and third["promotion"] == 1.0
    assert rows[8]["lag_7"] is None, "seven days before the eighth lies after the origin"
    assert rows[8]["lag_14"] == DAYS - 1 + 8 - 14
    assert third["mean_7"] == rows[28]["mean_7"] == pytest.approx(DAYS - 1 - 3), "the week up to the origin"
    assert third["weekday"] == (LAST + timedelta(days=3)).isoweekday()


def test_training_rows_are_made_as_scoring_rows_are(series):
    history = table(training_rows(series, LAST, 28, ["promotion"]))
    assert {row["horizon"] for row in history} == set(range(1, 29))
    assert len({row["target_date"] for row in history}) == len(history), "every day is a target once"
    assert max(row["target_date"] for row in history) == LAST
    # The rows of the last horizon, as they would have been scored at its origin.
    origin = LAST - timedelta(days=28)
    scored = {row["target_date"]: row for row in table(scoring_rows(series, origin, 28, ["promotion"]))}
    for row in history:
        if row["target_date"] > origin:
            actual = row.pop("actual")
            assert row == scored[row["target_date"]]
            assert actual == (row["target_date"] - FIRST).days


def test_no_training_row_sees_its_own_future(series):
    for row in table(training_rows(series, LAST, 28, ["promotion"])):
        origin = (row["target_date"] - FIRST).days - row["horizon"]
        known = [row[name] for name in columns([]) if name.startswith(("lag", "mean")) and row[name] is not None]
        assert all(value <= origin for value in known)


def test_the_gate_names_what_failed():
    passed = {"Rule": 'IsComplete "event_id"', "Outcome": "Passed", "FailureReason": None}
    failed = {"Rule": "RowCount > 0", "Outcome": "Failed", "FailureReason": "Value: 0.0 does not meet the constraint"}
    assert verdict([passed]) == 1
    with pytest.raises(QualityFailed, match=r"1 of 2 rules failed: RowCount > 0: Value: 0.0"):
        verdict([passed, failed])
    with pytest.raises(QualityFailed, match="no rule"):
        verdict([])


def test_rules_cover_what_a_model_would_silently_learn_from():
    text = ruleset(decision_rules(["card_count_5m"]))
    assert text.startswith("Rules = [") and text.endswith("]")
    for rule in ('IsUnique "event_id"', 'ColumnValues "label" in [0, 1]', 'Completeness "card_count_5m" > 0.5'):
        assert rule in text
    assert 'IsPrimaryKey "series_id" "date"' in series_rules(["promotion"])
