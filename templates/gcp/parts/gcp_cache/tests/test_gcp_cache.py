from __future__ import annotations

import asyncio

from valkey.credentials import UsernamePasswordCredentialProvider

from gcp_cache.clients import cluster_client
from service_process.environment import Address


def test_only_the_instances_own_authority_is_trusted() -> None:
    async def check() -> None:
        login = UsernamePasswordCredentialProvider("default", "token")
        client = cluster_client(Address("10.20.8.2", 6379), "authority", login, call_seconds=1.5, max_connections=7)
        settings = client.connection_kwargs
        assert (settings["ssl_ca_data"], settings["ssl_cert_reqs"]) == ("authority", "required")
        assert settings["ssl_check_hostname"] is False
        assert (settings["socket_timeout"], settings["credential_provider"]) == (1.5, login)

    asyncio.run(check())
