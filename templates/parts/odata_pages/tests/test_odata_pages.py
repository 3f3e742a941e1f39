from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from gateway_for_tests import gateway

from change_window import Window
from odata_pages import EntitySet, Login, ODataError, count, page, pages

START = datetime(2026, 11, 1, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(days=1))
LOGIN = Login("INTAKE", "s3cret", "")


def orders(number: int) -> list:
    return [{"Order": f"{n:05d}", "Quantity": n, "ChangedAt": START + timedelta(minutes=n)} for n in range(number)]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(pages, "pause", lambda attempt: 0.0)


def entities(url: str) -> EntitySet:
    return EntitySet(url, "100", ("Order",), "ChangedAt")


def test_pages_bring_every_changed_row_once_and_none_of_before_or_after():
    rows = [*orders(30), {"Order": "LATE", "Quantity": 1, "ChangedAt": WINDOW.until + timedelta(seconds=1)}]
    with gateway(rows) as (url, _):
        promised = count(entities(url), LOGIN, WINDOW)
        got = [row for skip in range(0, promised, 7) for row in page(entities(url), LOGIN, WINDOW, skip, 7)]
    assert promised == 29, "the first changed exactly at the end of the last window, which had it already"
    assert [row["Order"] for row in got] == [f"{n:05d}" for n in range(1, 30)]


def test_rows_come_without_the_protocols_own_fields():
    with gateway(orders(2)) as (url, _):
        (row,) = page(entities(url), LOGIN, WINDOW, 0, 5)
    assert set(row) == {"Order", "Quantity", "ChangedAt"}


def test_a_busy_system_is_asked_again():
    with gateway(orders(5), failures=[503, 429]) as (url, seen):
        assert count(entities(url), LOGIN, WINDOW) == 4
    assert len(seen) == 3
    assert base64.b64decode(seen[0].split()[1]) == b"INTAKE:s3cret"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_is_final_and_names_neither_login_nor_address(status):
    with gateway([], failures=[status] * 9) as (url, seen), pytest.raises(ODataError) as raised:
        count(entities(url), LOGIN, WINDOW)
    assert len(seen) == 1
    assert str(status) in str(raised.value) and "s3cret" not in str(raised.value)


def test_a_system_that_stays_away_is_given_up():
    with pytest.raises(ODataError, match="does not answer"):
        count(entities("http://127.0.0.1:9/Orders"), LOGIN, WINDOW)
