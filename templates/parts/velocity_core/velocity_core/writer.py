"""Feature hashes to a Valkey cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from valkey.cluster import ValkeyCluster
from valkey.credentials import CredentialProvider
from valkey.exceptions import ValkeyClusterException, ValkeyError

from service_process.environment import Address

# The client's cluster errors are no ValkeyError.
_FAILURES = (ValkeyError, ValkeyClusterException, OSError)


class WriteFailed(Exception):
    """At least one hash was not written; writing all of them again is safe."""


@dataclass(frozen=True, slots=True)
class HashUpdate:
    """One entity's hash. `fresh`: nothing is known of what the key holds, so it is emptied first."""

    key: str
    fields: Mapping[str, str]
    fresh: bool


class FeatureWriter(Protocol):
    """Takes hashes."""

    def write(self, updates: Sequence[HashUpdate]) -> None:
        """Write all.

        Raises:
            WriteFailed: to be tried again.
        """
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


class ValkeyWriter:
    """Pipelined writes: one round trip per node and batch."""

    def __init__(self, client: Any, time_to_live_seconds: int) -> None:
        self._client = client
        self._time_to_live = time_to_live_seconds

    def write(self, updates: Sequence[HashUpdate]) -> None:
        """See `FeatureWriter.write`."""
        try:
            with self._client.pipeline() as pipeline:
                for update in updates:
                    if update.fresh:
                        pipeline.delete(update.key)
                    pipeline.hset(update.key, mapping=dict(update.fields))
                    pipeline.expire(update.key, self._time_to_live)
                pipeline.execute()
        except _FAILURES as error:
            raise WriteFailed from error

    def close(self) -> None:
        """See `FeatureWriter.close`."""
        self._client.close()


def connect_writer(address: Address, credentials: CredentialProvider, time_to_live_seconds: int) -> ValkeyWriter:
    """A writer to a cluster with TLS.

    Args:
        credentials: asked for user and password (or token) at each new connection.

    Raises:
        WriteFailed: the cluster cannot be reached.
    """
    try:
        client = ValkeyCluster(
            host=address.host,
            port=address.port,
            ssl=True,
            ssl_check_hostname=True,
            credential_provider=credentials,
            socket_timeout=2.0,
            socket_connect_timeout=2.0,
        )
    except _FAILURES as error:
        raise WriteFailed from error
    return ValkeyWriter(client, time_to_live_seconds)
