from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from change_window import Window
from intake.query import changed_rows, connection_options, place
from intake.settings import read_settings

WINDOW = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, 0, 55, tzinfo=UTC))


def test_the_query_takes_the_window_with_offsets():
    assert changed_rows("SALES.PROMOTIONS", "CHANGED_AT", WINDOW) == (
        "SELECT * FROM SALES.PROMOTIONS WHERE CHANGED_AT > '2026-11-01T00:00:00+00:00'::TIMESTAMP_TZ"
        " AND CHANGED_AT <= '2026-11-02T00:55:00+00:00'::TIMESTAMP_TZ"
    )


@pytest.mark.parametrize("table", ["T; DROP TABLE U", "A.B.C.D", "T--", '"T"', "", "A..B", "(SELECT 1)"])
def test_a_table_is_a_name_and_nothing_else(table):
    with pytest.raises(ValueError, match="is no table"):
        changed_rows(table, "CHANGED_AT", WINDOW)


def test_a_column_is_a_name_and_nothing_else():
    with pytest.raises(ValueError, match="is no column"):
        changed_rows("T", "1 OR 1=1", WINDOW)


def test_the_connector_is_told_no_login():
    options = connection_options("promotions-intake", "SHOP", "SALES", "SELECT 1")
    assert options["connectionName"] == "promotions-intake"
    assert not any("password" in name.lower() or "user" in name.lower() for name in options)


def test_a_repeated_run_writes_to_the_same_place():
    target = place("landing", "promotions-intake", date(2026, 11, 2), WINDOW.until)
    assert target == "s3://landing/promotions-intake/data/date=2026-11-02/run=20261102T005500Z/"


def test_a_night_says_for_which_date():
    arguments = []
    for name in ("project", "component", "region", "connection", "database", "schema", "table", "changed_at", "lake"):
        arguments += [f"--{name}", name]
    arguments += ["--state_bucket", "artefacts", "--JOB_NAME", "x"]
    assert read_settings([*arguments, "--date", "2026-11-02"]).day == date(2026, 11, 2)
    assert read_settings(arguments).day is None
