from __future__ import annotations

from datetime import date

import pytest

from intake.settings import read_login, read_settings

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
