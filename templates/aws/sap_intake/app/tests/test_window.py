from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from gateway_for_tests import FakeS3

from intake.settings import read_login, read_settings
from intake.window import SETTLING, State, next_window

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
    state = State(FakeS3(), "artefacts", "orders-intake/state/reached.json")
    assert state.read() is None
    state.write(next_window(None, NOW).until)
    assert state.read() == datetime(2026, 11, 2, 0, 55, tzinfo=UTC)


def test_a_failing_store_is_no_first_run():
    class Denied(FakeS3):
        def get_object(self, *, Bucket, Key):
            raise PermissionError("AccessDenied")

    with pytest.raises(PermissionError):
        State(Denied(), "artefacts", "key").read()


ARGUMENTS = [
    *("--project", "demand-prod", "--component", "orders-intake", "--region", "eu-central-1"),
    *("--entity_url", "https://sap.example.com/Orders", "--client", "100", "--keys", "Order,Item"),
    *("--changed_at", "ChangedAt", "--secret", "arn", "--lake", "landing", "--state_bucket", "artefacts"),
    *("--JOB_NAME", "orders-intake"),
]


def test_settings_come_from_arguments_and_the_rest_is_passed_over():
    settings = read_settings([*ARGUMENTS, "--date", "2026-11-02"])
    assert settings.entities.keys == ("Order", "Item")
    assert settings.day == date(2026, 11, 2)
    assert read_settings(ARGUMENTS).day is None


@pytest.mark.parametrize("name", ["Order eq 1", "Order'", "1st", ""])
def test_a_name_cannot_change_the_query(name):
    with pytest.raises(ValueError, match="no name"):
        read_settings([*ARGUMENTS, "--changed_at", name])


def test_a_password_never_travels_in_the_clear():
    with pytest.raises(ValueError, match="https"):
        read_settings([*ARGUMENTS, "--entity_url", "http://sap.example.com/Orders"])


def test_a_login_lacks_nothing():
    with pytest.raises(KeyError):
        read_login('{"username": "a", "password": "b"}')
