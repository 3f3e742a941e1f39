from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from event_documents import event
from fake_valkey import FakeValkey
from scoring_for_tests import NOW
from valkey.asyncio.cluster import ValkeyCluster
from valkey.credentials import UsernamePasswordCredentialProvider

from scoring_core.features import FeatureError, ValkeyFeatures

FRESH = {"updated_at": str(int(NOW * 1000) - 1_000), "count_1m": "3", "amount_1m_EUR": "30.5", "amount_1m_USD": "9"}


def reading(server: FakeValkey, use: Callable[[ValkeyFeatures], Awaitable[None]], timeout: float = 1.0) -> None:
    async def run() -> None:
        tokens = UsernamePasswordCredentialProvider("scoring", "token-of-the-day")
        features = ValkeyFeatures(
            lambda: ValkeyCluster(
                host="127.0.0.1",
                port=server.port,
                decode_responses=True,
                credential_provider=tokens,
                socket_timeout=timeout,
            ),
            ("card", "merchant"),
            clock=lambda: NOW,
        )
        try:
            await use(features)
        finally:
            await features.close()

    asyncio.run(run())


def test_each_known_entity_gives_its_windows_in_the_currency_of_the_event() -> None:
    async def use(features: ValkeyFeatures) -> None:
        read = await features.read(event())
        assert set(read) == {"card"}
        assert (read["card"]["count_1m"], read["card"]["amount_1m"], read["card"]["count_5m"]) == (3.0, 30.5, 0.0)

    with FakeValkey() as server:
        server.hashes["f:card:{tok_card_7f3}"] = dict(FRESH)
        reading(server, use)
        assert ["HGETALL", "f:merchant:{tok_merchant_9a1}"] in server.commands
        assert not any("device" in " ".join(words) for words in server.commands)
        assert server.logins[0] == ("scoring", "token-of-the-day")


@pytest.mark.parametrize("broken", [{"count_1m": "1"}, {"updated_at": "soon"}, FRESH | {"count_1m": "many"}])
def test_a_hash_against_the_layout_is_an_error(broken: dict[str, str]) -> None:
    async def use(features: ValkeyFeatures) -> None:
        with pytest.raises(FeatureError):
            await features.read(event())

    with FakeValkey() as server:
        server.hashes["f:card:{tok_card_7f3}"] = dict(broken)
        reading(server, use)


def test_a_cache_that_hangs_is_an_error_and_no_reply_reaches_another_read() -> None:
    async def use(features: ValkeyFeatures) -> None:
        with pytest.raises(FeatureError):
            await features.read(event(entities={"card": "slow"}))
        read = await features.read(event(entities={"card": "quick"}))
        assert read["card"]["count_1m"] == 1.0

    def hang(words: list[str]) -> None:
        if "slow" in words[-1]:
            time.sleep(0.5)

    with FakeValkey() as server:
        server.hashes["f:card:{slow}"] = FRESH | {"count_1m": "99"}
        server.hashes["f:card:{quick}"] = FRESH | {"count_1m": "1"}
        server.before_reply = hang
        reading(server, use, timeout=0.1)
