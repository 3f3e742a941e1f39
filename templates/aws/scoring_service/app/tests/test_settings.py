from __future__ import annotations

import pytest

from scoring.settings import Settings
from service_process.environment import Address, SettingsInvalid

GOOD = {
    "AWS_REGION": "eu-west-1",
    "PROJECT": "payments-fraud",
    "COMPONENT": "scoring",
    "MODEL_ENDPOINT": "payments-fraud-prod",
    "FEATURES_ENDPOINT": "clustercfg.features.example.com:6379",
    "FEATURES_USER": "scoring",
    "FEATURES_CACHE": "features",
    "ENTITIES": "card, merchant,device",
    "STREAM_NAME": "decisions",
}


def test_defaults() -> None:
    settings = Settings.from_environment(GOOD)
    assert (settings.service.port, settings.service.fallback_after_ms, settings.stream.kind) == (8443, 80, "kinesis")
    assert settings.service.entities == ("card", "merchant", "device")
    assert settings.service.features == Address("clustercfg.features.example.com", 6379)


def test_without_online_features_no_cache_is_needed() -> None:
    without = {name: value for name, value in GOOD.items() if not name.startswith("FEATURES_")}
    assert Settings.from_environment(without | {"FEATURES_ENDPOINT": ""}).service.features is None


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"FEATURES_ENDPOINT"}))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_environment(GOOD | {name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("FALLBACK_AFTER_MS", "0"),
        ("STREAM_KIND", "sqs"),
        ("STREAM_KIND", "kafka"),
        ("FEATURES_ENDPOINT", "no-port"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    expected = "STREAM_BOOTSTRAP" if value == "kafka" else name
    with pytest.raises(SettingsInvalid, match=expected):
        Settings.from_environment(GOOD | {name: value})


def test_without_online_features_no_entity_is_asked_for() -> None:
    bare = {name: value for name, value in GOOD.items() if not name.startswith(("FEATURES", "ENTITIES"))}
    settings = Settings.from_environment(bare)
    assert settings.service.features is None and settings.service.entities == ()
