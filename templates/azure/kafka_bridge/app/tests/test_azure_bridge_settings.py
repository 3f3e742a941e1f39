from __future__ import annotations

import pytest

from bridge.settings import Settings
from service_process.environment import SettingsInvalid

GOOD = {
    "PROJECT": "payments-fraud-prod",
    "COMPONENT": "authorisations-bridge",
    "SOURCE_BOOTSTRAP": "b-1.example.com:9096",
    "SOURCE_TOPIC": "authorisations",
    "SOURCE_GROUP": "bridge",
    "SOURCE_CREDENTIALS": '{"username": "bridge", "password": "secret"}',
    "STREAM_BOOTSTRAP": "evhns-a1b2.servicebus.windows.net:9093",
    "STREAM_TOPIC": "events",
    "DEAD_LETTERS_URL": "https://st.blob.core.windows.net/dead-letters/authorisations-bridge",
}


def test_all_is_read_and_the_password_is_in_no_representation() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings.stream.topic == "events"
    assert settings.bridge.source_password == "secret"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_environment(GOOD | {name: ""})
