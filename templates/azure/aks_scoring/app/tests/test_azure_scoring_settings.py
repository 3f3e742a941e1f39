from __future__ import annotations

import pytest

from scoring.settings import Settings
from service_process.environment import SettingsInvalid

GOOD = {
    "PROJECT": "payments-fraud-prod",
    "COMPONENT": "scoring",
    "MODEL_URL": "http://model.model.svc.cluster.local:8080",
    "FEATURES_ENDPOINT": "features.westeurope.redis.azure.net:10000",
    "PRINCIPAL_ID": "33333333-3333-3333-3333-333333333333",
    "ENTITIES": "card,merchant",
    "STREAM_BOOTSTRAP": "evhns-a1b2.servicebus.windows.net:9093",
    "STREAM_TOPIC": "decisions",
    "CERTIFICATE_FILE": "/certificate/certificate.pem",
    "CALLERS_FILE": "/callers/callers.pem",
}


def test_a_model_in_the_cluster_needs_no_token() -> None:
    assert Settings.from_environment(GOOD).model_scope == ""


def test_without_online_features_no_cache_and_no_user_of_it_is_needed() -> None:
    without = GOOD | {"FEATURES_ENDPOINT": "", "PRINCIPAL_ID": ""}
    assert Settings.from_environment(without).service.features is None


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"FEATURES_ENDPOINT"}))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_environment(GOOD | {name: ""})
