"""Feature hashes to a Valkey cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from valkey.cluster import ValkeyCluster
from valkey.exceptions import ValkeyClusterException, ValkeyError

from .iam_token import IamTokenProvider
from .settings import Settings

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


@dataclass(frozen=True, slots=True)
class OpenValkeyWriter:
    """Opens a writer where the work is done: connections do not travel to a worker, this value does."""

    settings: Settings

    def __call__(self) -> FeatureWriter:
        """A writer with TLS and IAM authentication.

        Raises:
            WriteFailed: the cluster cannot be reached.
        """
        settings = self.settings
        try:
            client = ValkeyCluster(
                host=settings.host,
                port=settings.port,
                ssl=True,
                ssl_check_hostname=True,
                credential_provider=IamTokenProvider(settings.user, settings.cache, settings.region),
                socket_timeout=2.0,
                socket_connect_timeout=2.0,
            )
        except _FAILURES as error:
            raise WriteFailed from error
        return ValkeyWriter(client, settings.layout.time_to_live_seconds)
