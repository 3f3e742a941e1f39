from __future__ import annotations

import pytest

from scoring.settings import Settings
from service_process.environment import Address, SettingsInvalid

GOOD = {
    "GCP_PROJECT": "payments",
    "GCP_REGION": "europe-west1",
    "PROJECT": "payments-fraud-prod",
    "COMPONENT": "scoring",
    "METRIC_PREFIX": "payments_fraud_prod/scoring",
    "MODEL_URL": "https://1.prediction.p.vertexai.goog/v1/endpoints/1:rawPredict",
    "STREAM_TOPIC": "projects/payments/topics/decisions",
    "FEATURES_ENDPOINT": "10.20.8.2:6379",
    "FEATURES_CA_PEM": "authorities",
    "ENTITIES": "card, merchant,device",
    "PORT": "8080",
}


def test_the_environment_that_the_infrastructure_gives_is_complete() -> None:
    settings = Settings.from_environment(GOOD)
    assert (settings.service.port, settings.service.features) == (8080, Address("10.20.8.2", 6379))


def test_without_online_features_no_authority_is_needed() -> None:
    without = {name: value for name, value in GOOD.items() if not name.startswith("FEATURES_")}
    assert Settings.from_environment(without).service.features is None


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"FEATURES_ENDPOINT", "PORT"}))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_environment(GOOD | {name: ""})
