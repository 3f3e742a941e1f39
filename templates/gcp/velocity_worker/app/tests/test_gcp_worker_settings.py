from __future__ import annotations

import pytest

from counting.settings import Settings
from service_process.environment import Address, SettingsInvalid

GOOD = {
    "GCP_PROJECT": "payments",
    "GCP_REGION": "europe-west1",
    "PROJECT": "payments-fraud-prod",
    "COMPONENT": "velocity",
    "METRIC_PREFIX": "payments_fraud_prod/velocity",
    "STREAM_SUBSCRIPTION": "projects/payments/subscriptions/velocity",
    "FEATURES_ENDPOINT": "10.20.8.2:6379",
    "FEATURES_CA_PEM": "authorities",
    "ENTITIES": "card,merchant",
}


def test_the_environment_that_the_infrastructure_gives_is_complete() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings.worker.features == Address("10.20.8.2", 6379)
    assert settings.worker.entities == ("card", "merchant")


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_environment(GOOD | {name: ""})
