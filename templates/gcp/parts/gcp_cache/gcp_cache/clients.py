"""Clients of a Memorystore cluster through its private endpoint.

Its certificates come from an authority of the instance's own, and name no host that a client could know beforehand:
whoever shows a certificate of that authority is the instance.
"""

from __future__ import annotations

from valkey.asyncio.cluster import ValkeyCluster
from valkey.credentials import CredentialProvider

from service_process.environment import Address


def cluster_client(
    address: Address, ca_pem: str, credentials: CredentialProvider, *, call_seconds: float, max_connections: int
) -> ValkeyCluster:
    """An asyncio client with TLS; connects at the first call.

    Args:
        ca_pem: the authorities of the instance; nobody else's certificates are taken.
        credentials: asked for user and token at each new connection.
        call_seconds: time-out of one call.
    """
    return ValkeyCluster(
        host=address.host,
        port=address.port,
        ssl=True,
        ssl_ca_data=ca_pem,
        ssl_cert_reqs="required",
        ssl_check_hostname=False,
        credential_provider=credentials,
        decode_responses=True,
        read_from_replicas=False,
        socket_timeout=call_seconds,
        # A new connection costs a TLS handshake and a check of the token: slower than a read, and yet not broken.
        socket_connect_timeout=2.0,
        max_connections=max_connections,
    )
