from __future__ import annotations

import asyncio

import pytest
from metadata_server import MetadataServer

from gcp_identity.tokens import AccessTokens, CacheLogin


def test_a_token_serves_until_shortly_before_it_ends() -> None:
    now = [0.0]
    with MetadataServer(lifetime=3600) as server:
        tokens = AccessTokens(server.host, clock=lambda: now[0])
        assert [tokens.get() for now[0] in (0.0, 3359.0, 3360.0)] == ["token-1", "token-1", "token-2"]
        assert {asked["Metadata-Flavor"] for asked in server.asked} == {"Google"}


def test_a_call_carries_the_token() -> None:
    with MetadataServer() as server:
        assert asyncio.run(AccessTokens(server.host).header()) == {"Authorization": "Bearer token-1"}


def test_the_cache_is_logged_in_to_with_the_token_as_password() -> None:
    with MetadataServer() as server:
        assert CacheLogin(AccessTokens(server.host)).get_credentials() == ("default", "token-1")


def test_the_environment_says_where_the_metadata_server_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with MetadataServer() as server:
        monkeypatch.setenv("GCE_METADATA_HOST", server.host)
        assert AccessTokens().get() == "token-1"


def test_without_a_metadata_server_there_is_no_token() -> None:
    with pytest.raises(OSError):
        AccessTokens("127.0.0.1:1").get()
