from __future__ import annotations

from valkey.credentials import UsernamePasswordCredentialProvider

from azure_cache.clients import cluster_client, named
from service_process.environment import Address

CLUSTER = Address("features.westeurope.redis.azure.net", 10000)


def test_a_node_is_called_by_the_name_that_the_certificate_has() -> None:
    assert named(("10.20.2.7", 8501), CLUSTER) == ("features.westeurope.redis.azure.net", 8501)


def test_the_client_checks_the_certificate_and_every_address_is_replaced() -> None:
    client = cluster_client(
        CLUSTER, UsernamePasswordCredentialProvider("user", "token"), call_seconds=0.05, max_connections=8
    )
    assert client.connection_kwargs["ssl_check_hostname"] is True
    assert client.connection_kwargs["decode_responses"] is True
    assert client.nodes_manager.address_remap(("10.20.2.7", 8501)) == (CLUSTER.host, 8501)
