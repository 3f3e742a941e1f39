from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from upsert_gateway_for_tests import Gateway, gateway

from odata_pages import Login, ODataError
from odata_upserts import Row, Session, Target, literal
from odata_upserts.batches import body_of, outcomes_of


@pytest.fixture
def sap() -> Iterator[Gateway]:
    with gateway() as state:
        yield state


def session(sap: Gateway, waits: list[float] | None = None) -> Session:
    kept = [] if waits is None else waits
    return Session(Target(sap.url, "100"), Login("writer", "secret-word", ""), pause=kept.append)


def row(series: str, quantity: str = "12.5") -> Row:
    key = {"Series": literal(series), "Day": literal(date(2026, 11, 24))}
    return Row(key, {"Series": series, "P50": quantity})


def test_rows_are_written_each_under_its_own_key(sap: Gateway) -> None:
    outcomes = session(sap).write([row("A"), row("B", "3")])
    assert [outcome.written for outcome in outcomes] == [True, True]
    assert sap.entities["Series='B',Day=datetime'2026-11-24T00:00:00'"] == {"Series": "B", "P50": "3"}
    assert sap.clients == {"100"}


def test_the_same_rows_written_twice_leave_no_doubles(sap: Gateway) -> None:
    one = session(sap)
    one.write([row("A")])
    one.write([row("A", "13")])
    assert list(sap.entities.values()) == [{"Series": "A", "P50": "13"}]


def test_a_refused_row_takes_no_other_with_it_and_keeps_its_reason(sap: Gateway) -> None:
    sap.refused = {"Series='B',Day=datetime'2026-11-24T00:00:00'"}
    first, second, third = session(sap).write([row("A"), row("B"), row("C")])
    assert (first.written, second.status, third.written) == (True, 400, True)
    assert second.reason == "Series unknown (400)"
    assert len(sap.entities) == 2


def test_a_request_that_fails_is_sent_again_after_growing_pauses(sap: Gateway) -> None:
    sap.failures = [503, 429]
    waits: list[float] = []
    assert session(sap, waits).write([row("A")])[0].written
    assert waits == [2.0, 4.0]


def test_an_expired_session_is_opened_anew(sap: Gateway) -> None:
    one = session(sap)
    one.write([row("A")])
    sap.expired = True
    assert one.write([row("B")])[0].written
    assert sap.tokens == 2


def test_a_lasting_failure_ends_without_naming_the_login(sap: Gateway) -> None:
    sap.failures = [503] * 5
    with pytest.raises(ODataError) as refused:
        session(sap).write([row("A")])
    assert "503" in str(refused.value) and "secret-word" not in str(refused.value)


def test_a_request_that_is_wrong_is_not_repeated(sap: Gateway) -> None:
    sap.failures = [400, 503]
    with pytest.raises(ODataError, match="400 to attempt 1"):
        session(sap).write([row("A")])


@pytest.mark.parametrize("series", ["O'Neill", "a/b?c#d", "Größe 5", "x\r\ny", "--rows"])
def test_no_name_breaks_out_of_its_key(sap: Gateway, series: str) -> None:
    assert session(sap).write([row(series), row("B")])[1].written
    assert f"Series={literal(series)},Day=datetime'2026-11-24T00:00:00'" in sap.entities
    assert len(sap.entities) == 2


def test_the_same_rows_give_the_same_bytes() -> None:
    assert body_of("Forecasts", [row("A")]) == body_of("Forecasts", [row("A")])


def test_an_answer_about_another_number_of_rows_is_refused() -> None:
    one = b"--a\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n--a--\r\n"
    with pytest.raises(ValueError, match="1 answers to 2 rows"):
        outcomes_of("multipart/mixed; boundary=a", one, 2)
    with pytest.raises(ValueError, match="no multipart"):
        outcomes_of("text/html", b"<html>", 1)
