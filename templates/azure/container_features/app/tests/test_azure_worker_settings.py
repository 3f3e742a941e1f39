from __future__ import annotations

import pytest

from counting.settings import Settings
from service_process.environment import Address, SettingsInvalid

GOOD = {
    "PROJECT": "payments-fraud-prod",
    "COMPONENT": "velocity",
    "STREAM_BOOTSTRAP": "evhns-a1b2.servicebus.windows.net:9093",
    "STREAM_TOPIC": "events",
    "STREAM_GROUP": "velocity",
    "FEATURES_ENDPOINT": "features.westeurope.redis.azure.net:10000",
    "PRINCIPAL_ID": "33333333-3333-3333-3333-333333333333",
    "ENTITIES": "card,merchant",
}


def test_all_is_read() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings.worker.entities == ("card", "merchant")
    assert settings.worker.features == Address("features.westeurope.redis.azure.net", 10000)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_environment(GOOD | {name: ""})
