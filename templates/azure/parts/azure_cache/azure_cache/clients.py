"""Clients of Managed Redis under the OSS cluster policy, through its private endpoint.

Its nodes give themselves by address, and its certificate has the cluster's name alone: each address is replaced by the
name, at the node's own port, so that the certificate is checked and not trusted blindly.
"""

from __future__ import annotations

from valkey.asyncio.cluster import ValkeyCluster
from valkey.credentials import CredentialProvider

from service_process.environment import Address


def cluster_client(
    address: Address, credentials: CredentialProvider, *, call_seconds: float, max_connections: int
) -> ValkeyCluster:
    """An asyncio client with TLS; connects at the first call.

    Args:
        credentials: asked for user and token at each new connection.
        call_seconds: time-out of one call.
    """
    return ValkeyCluster(
        host=address.host,
        port=address.port,
        ssl=True,
        ssl_check_hostname=True,
        credential_provider=credentials,
        decode_responses=True,
        socket_timeout=call_seconds,
        # A new connection costs a TLS handshake and a check of the token: slower than a read, and yet not broken.
        socket_connect_timeout=2.0,
        max_connections=max_connections,
        address_remap=lambda node: named(node, address),
    )


def named(node: tuple[str, int], address: Address) -> tuple[str, int]:
    """The node's port at the cluster's name."""
    return address.host, node[1]
