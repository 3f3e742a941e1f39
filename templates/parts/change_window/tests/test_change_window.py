from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from store_for_tests import FakeStore

from change_window import SETTLING, State, next_window

NOW = datetime(2026, 11, 2, 1, 0, 0, 123456, tzinfo=UTC)


def test_the_first_run_takes_everything_and_the_next_goes_on_where_it_ended():
    first = next_window(None, NOW)
    assert first.since.year == 1970 and first.until == datetime(2026, 11, 2, 0, 55, tzinfo=UTC)
    second = next_window(first.until, NOW + timedelta(days=1))
    assert second.since == first.until, "no gap and no overlap"


def test_changes_that_may_still_be_written_are_left_for_the_next_run():
    assert NOW - next_window(None, NOW).until >= SETTLING


def test_a_state_of_the_future_stops_the_run():
    with pytest.raises(ValueError, match="lies after"):
        next_window(NOW + timedelta(days=1), NOW)


def test_the_state_is_remembered():
    state = State(FakeStore(), "artefacts", "orders-intake/state/reached.json")
    assert state.read() is None
    state.write(next_window(None, NOW).until)
    assert state.read() == datetime(2026, 11, 2, 0, 55, tzinfo=UTC)


def test_a_failing_store_is_no_first_run():
    class Denied(FakeStore):
        def get_object(self, *, Bucket, Key):
            raise PermissionError("AccessDenied")

    with pytest.raises(PermissionError):
        State(Denied(), "artefacts", "key").read()
