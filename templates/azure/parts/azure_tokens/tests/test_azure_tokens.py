from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from azure_tokens.tokens import REDIS_SCOPE, CacheTokens, Tokens


class Credential:
    """Gives tokens that live for an hour."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.asked: list[tuple[str, ...]] = []
        self.down = False

    def get_token(self, *scopes: str) -> Any:
        if self.down:
            raise ConnectionError
        self.asked.append(scopes)
        return SimpleNamespace(token=f"token-{len(self.asked)}", expires_on=self.now + 3_600)


def test_one_token_serves_until_shortly_before_its_end() -> None:
    credential = Credential()
    tokens = Tokens(credential, REDIS_SCOPE, lambda: credential.now)
    assert [tokens.get(), tokens.get()] == ["token-1", "token-1"]
    credential.now += 3_299
    assert tokens.get() == "token-1"
    credential.now += 2
    assert tokens.get() == "token-2"
    assert credential.asked == [(REDIS_SCOPE,)] * 2


def test_without_a_valid_token_the_failure_is_the_callers() -> None:
    credential = Credential()
    credential.down = True
    with pytest.raises(ConnectionError):
        Tokens(credential, REDIS_SCOPE, lambda: credential.now).get()


def test_the_user_of_the_cache_is_the_identity() -> None:
    credential = Credential()
    assert CacheTokens("principal", Tokens(credential, REDIS_SCOPE)).get_credentials() == ("principal", "token-1")
