from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest
from pubsub_server import PubSubServer

from gcp_streams.pubsub import LIMITS, SubscriptionReader, TopicWriter, document, envelope
from record_streams.streams import Record

TOPIC = "projects/payments/topics/events"
SUBSCRIPTION = "projects/payments/subscriptions/velocity"
EVENT = json.dumps({"id": "e-1", "time": "2026-11-23T10:00:00Z", "attributes": {"note": 'a "quoted" é'}}).encode()


def test_a_record_is_published_unchanged_inside_its_envelope() -> None:
    async def check() -> None:
        server = PubSubServer()
        async with server.client() as pubsub:
            assert not await TopicWriter(pubsub, TOPIC).write([Record("card", EVENT), Record("card", EVENT)])
        assert server.paths == [f"/v1/{TOPIC}:publish"]
        sent = [json.loads(data) for data in server.data()]
        assert len(sent) == 2
        assert set(sent[0]) == {"id", "time", "document"}
        assert sent[0]["id"] == "e-1"
        assert sent[0]["document"].encode() == EVENT

    asyncio.run(check())


@pytest.mark.parametrize("status", [400, 403, 429, 503])
def test_a_refused_request_gives_every_record_back(status: int) -> None:
    async def check() -> None:
        server = PubSubServer()
        server.failures = [status]
        given = [Record("card", EVENT)] * 3
        async with server.client() as pubsub:
            assert await TopicWriter(pubsub, TOPIC).write(given) == given
        assert server.published == []

    asyncio.run(check())


def test_a_reader_gets_what_was_written_and_acknowledges_it() -> None:
    async def check() -> None:
        server = PubSubServer()
        server.waiting = [envelope(EVENT), b"no envelope"]
        async with server.client() as pubsub:
            reader = SubscriptionReader(pubsub, SUBSCRIPTION)
            messages = await reader.pull()
            await reader.acknowledge(messages)
            assert await reader.pull() == []
        assert [message.data for message in messages] == [EVENT, b"no envelope"]
        assert server.acknowledged == ["ack-0", "ack-1"]

    asyncio.run(check())


def test_a_pull_that_fails_is_an_error() -> None:
    async def check() -> None:
        server = PubSubServer()
        server.failures = [503]
        async with server.client() as pubsub:
            with pytest.raises(aiohttp.ClientResponseError):
                await SubscriptionReader(pubsub, SUBSCRIPTION).pull()

    asyncio.run(check())


@pytest.mark.parametrize("data", [b"", b"[1]", b'{"document": 3}', b"\xff"])
def test_what_is_no_envelope_comes_back_as_it_is(data: bytes) -> None:
    assert document(data) == data


def test_the_worst_record_within_the_limits_fits_into_a_request() -> None:
    worst = b'{"id":"e","time":"t","note":"' + b'\\"' * (LIMITS.record_bytes // 2 - 50) + b'"}'
    assert len(worst) <= LIMITS.record_bytes
    assert len(envelope(worst)) * 4 / 3 < 10_000_000
