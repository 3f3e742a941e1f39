from __future__ import annotations

import asyncio

import pytest

from bridge.settings import Settings
from bridge_core.source import kafka_consumer
from service_process.environment import SettingsInvalid

GOOD = {
    "AWS_REGION": "eu-west-1",
    "PROJECT": "payments-fraud",
    "COMPONENT": "authorisations-bridge",
    "SOURCE_BOOTSTRAP": "kafka.example.com:9094",
    "SOURCE_TOPIC": "authorisations",
    "SOURCE_GROUP": "payments-fraud",
    "SOURCE_CREDENTIALS": '{"username": "reader", "password": "hunter2-secret"}',
    "STREAM_NAME": "events",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/111122223333/dead",
}


def test_defaults_and_no_secret_in_the_representation() -> None:
    settings = Settings.from_environment(GOOD)
    assert (settings.bridge.partition_entity, settings.stream.kind) == ("card", "kinesis")
    assert settings.bridge.source_ca_pem is None
    assert settings.bridge.source_password == "hunter2-secret"
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_environment(GOOD | {name: ""})


@pytest.mark.parametrize("text", ["hunter2-secret", '{"user": "hunter2-secret"}', '["hunter2-secret"]', '"hunter2"'])
def test_wrong_credentials_are_not_quoted(text: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment(GOOD | {"SOURCE_CREDENTIALS": text})
    assert "SOURCE_CREDENTIALS" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_consumer_verifies_the_brokers_and_commits_by_itself_never() -> None:
    async def check() -> None:
        consumer = kafka_consumer(Settings.from_environment(GOOD).bridge)
        client = consumer._client
        assert (client._security_protocol, client._sasl_mechanism) == ("SASL_SSL", "SCRAM-SHA-512")
        assert client._ssl_context.check_hostname
        assert consumer._enable_auto_commit is False
        await consumer.stop()

    asyncio.run(check())
