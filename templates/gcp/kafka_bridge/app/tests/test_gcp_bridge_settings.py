from __future__ import annotations

import pytest

from bridge.settings import Settings
from service_process.environment import SettingsInvalid

GOOD = {
    "GCP_PROJECT": "payments",
    "GCP_REGION": "europe-west1",
    "PROJECT": "payments-fraud-prod",
    "COMPONENT": "authorisations-bridge",
    "METRIC_PREFIX": "payments_fraud_prod/authorisations_bridge",
    "SOURCE_BOOTSTRAP": "b-1:9096",
    "SOURCE_TOPIC": "authorisations",
    "SOURCE_GROUP": "bridge",
    "SOURCE_CREDENTIALS": '{"username": "bridge", "password": "secret"}',
    "STREAM_TOPIC": "projects/payments/topics/events",
    "DEAD_LETTER_TOPIC": "projects/payments/topics/dead",
}


def test_the_environment_that_the_infrastructure_gives_is_complete() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings.stream_topic.endswith("/events")
    assert settings.bridge.source_username == "bridge"


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_environment(GOOD | {name: ""})
