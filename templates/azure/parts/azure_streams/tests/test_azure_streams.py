from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from azure_streams.streams import EventHubWriter, KafkaTokens, StreamAddress
from azure_tokens.tokens import Tokens
from record_streams.streams import Record
from service_process.environment import Environment, SettingsInvalid

ADDRESS = StreamAddress("evhns-a1b2.servicebus.windows.net:9093", "decisions")


class Producer:
    """Refuses what it is told to."""

    def __init__(self, *refused: bytes) -> None:
        self.refused = refused
        self.sent: list[tuple[str, bytes, bytes]] = []

    async def send_and_wait(self, topic: str, value: bytes, key: bytes) -> None:
        if value in self.refused:
            raise TimeoutError
        self.sent.append((topic, value, key))


def test_only_what_was_refused_comes_back() -> None:
    producer = Producer(b"2")
    records = [Record("a", b"1"), Record("b", b"2"), Record("a", b"3")]
    assert asyncio.run(EventHubWriter(producer, "decisions").write(records)) == [Record("b", b"2")]
    assert producer.sent == [("decisions", b"1", b"a"), ("decisions", b"3", b"a")]


def test_a_token_is_asked_for_the_namespace_and_nothing_wider() -> None:
    scopes: list[str] = []

    def get_token(*asked: str) -> Any:
        scopes.extend(asked)
        return SimpleNamespace(token="token", expires_on=10**12)

    tokens = Tokens(SimpleNamespace(get_token=get_token), ADDRESS.scope)
    assert asyncio.run(KafkaTokens(tokens).token()) == "token"
    assert scopes == ["https://evhns-a1b2.servicebus.windows.net/.default"]


@pytest.mark.parametrize("missing", ["STREAM_BOOTSTRAP", "STREAM_TOPIC"])
def test_what_is_missing_is_named(missing: str) -> None:
    variables = {"STREAM_BOOTSTRAP": ADDRESS.bootstrap, "STREAM_TOPIC": ADDRESS.topic} | {missing: ""}
    environment = Environment(variables)
    StreamAddress.read(environment)
    with pytest.raises(SettingsInvalid, match=missing):
        environment.check()
