from __future__ import annotations

import asyncio
import json

from event_documents import document
from fake_valkey import FakeValkey
from pubsub_server import PubSubServer
from valkey.asyncio.cluster import ValkeyCluster

from counting.source import FAILED_SECONDS, QUIET_SECONDS, SubscriptionSource
from feature_layout.layout import FeatureLayout
from gcp_streams.pubsub import SubscriptionReader, envelope
from service_telemetry.metrics import Metrics
from velocity_core.store import ValkeyStateStore
from velocity_core.worker import Worker

SUBSCRIPTION = "projects/payments/subscriptions/velocity"
LAYOUT = FeatureLayout.load()


class Silent:
    """Takes metrics and keeps nothing."""

    async def write(self, snapshot: object) -> None:
        """Drop it."""


def encoded(**changes: object) -> bytes:
    return envelope(json.dumps(document(**changes)).encode())


async def nap(seconds: float) -> None:
    PAUSES.append(seconds)


PAUSES: list[float] = []


def test_an_event_is_counted_in_the_cache_and_then_acknowledged() -> None:
    async def check() -> None:
        server = PubSubServer()
        server.waiting = [encoded(), encoded()]
        with FakeValkey() as cache:
            client = ValkeyCluster(host="127.0.0.1", port=cache.port, decode_responses=True)
            store = ValkeyStateStore(lambda: client, LAYOUT)
            async with server.client() as pubsub:
                source = SubscriptionSource(SubscriptionReader(pubsub, SUBSCRIPTION))
                worker = Worker(
                    source,
                    store,
                    Metrics(Silent()),
                    entities=("card",),
                    layout=LAYOUT,
                    alive=lambda: None,
                    clock=lambda: 1_900_000_000.0,
                )
                await worker.turn()
            await store.close()
            token = document()["entities"]["card"]
            counted = cache.hashes[LAYOUT.key("card", token)]
        assert counted[LAYOUT.count_field("1m")] == "1", "a repeat of an event counts once"
        assert server.acknowledged == ["ack-0", "ack-1"]

    asyncio.run(check())


def test_a_quiet_subscription_is_asked_once_a_second() -> None:
    async def check() -> None:
        PAUSES.clear()
        server = PubSubServer()
        async with server.client() as pubsub:
            assert list(await SubscriptionSource(SubscriptionReader(pubsub, SUBSCRIPTION), nap).poll()) == []
        assert PAUSES == [QUIET_SECONDS]

    asyncio.run(check())


def test_a_failing_subscription_ends_no_worker() -> None:
    async def check() -> None:
        PAUSES.clear()
        server = PubSubServer()
        server.failures = [503, 503]
        async with server.client() as pubsub:
            source = SubscriptionSource(SubscriptionReader(pubsub, SUBSCRIPTION), nap)
            assert list(await source.poll()) == []
            await source.done([])
        assert PAUSES == [FAILED_SECONDS]
        assert server.acknowledged == []

    asyncio.run(check())
