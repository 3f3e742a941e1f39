"""Online features of the entities of one event."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from valkey.asyncio.cluster import ValkeyCluster
from valkey.credentials import CredentialProvider
from valkey.exceptions import ValkeyClusterException

from event_contract.events import Event
from feature_layout.layout import FeatureLayout
from service_process.environment import Address

# Far beyond the deadline, which does not wait for it: a time-out has the client drop all connections and look for the
# cluster anew, which a merely slow read must not cause.
READ_SECONDS = 1.0

EntityFeatures: TypeAlias = Mapping[str, float]


class FeatureError(Exception):
    """The features could not be read; the cause is chained."""


class FeatureSource(Protocol):
    """Where features come from."""

    async def read(self, event: Event) -> Mapping[str, EntityFeatures]:
        """Features by entity; an entity without history is absent.

        Raises:
            FeatureError: the source failed.
        """
        ...


class NoFeatures:
    """For a project without online features: the model sees the event alone."""

    async def read(self, event: Event) -> Mapping[str, EntityFeatures]:
        """See `FeatureSource.read`."""
        return {}


class ValkeyFeatures:
    """One hash per entity from a Valkey cluster, read in parallel.

    Args:
        connect: makes an asyncio cluster client that decodes responses.
        entities: kinds of entity that have features; others in an event are left alone.
        clock: seconds since the epoch: windows that have passed since the last write count as 0.
    """

    def __init__(
        self, connect: Callable[[], Any], entities: tuple[str, ...], clock: Callable[[], float] = time.time
    ) -> None:
        self._connect = connect
        self._client = connect()
        self._entities = entities
        self._clock = clock
        self._layout = FeatureLayout.load()

    async def read(self, event: Event) -> Mapping[str, EntityFeatures]:
        """See `FeatureSource.read`."""
        present = [entity for entity in self._entities if entity in event.entities]
        keys = [self._layout.key(entity, event.entities[entity]) for entity in present]
        now_ms = int(self._clock() * 1000)
        client = self._client
        try:
            hashes = await asyncio.gather(*(client.hgetall(key) for key in keys))
            read = [self._layout.read(fields, event.currency, now_ms) for fields in hashes]
        except ValkeyClusterException as error:
            await self._reconnect(client)
            raise FeatureError("online features") from error
        except Exception as error:
            raise FeatureError("online features") from error
        return {entity: features for entity, features in zip(present, read, strict=True) if features is not None}

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _reconnect(self, broken: Any) -> None:
        # The client forgets each node that fails, and after an outage of all of them knows none to come back to.
        if self._client is broken:
            self._client = self._connect()
            await broken.aclose()


def connect_features(address: Address, credentials: CredentialProvider) -> ValkeyCluster:
    """A client of a cluster with TLS; connects at the first read.

    Args:
        credentials: asked for user and password (or token) at each new connection.
    """
    return ValkeyCluster(
        host=address.host,
        port=address.port,
        ssl=True,
        ssl_check_hostname=True,
        credential_provider=credentials,
        decode_responses=True,
        read_from_replicas=True,
        socket_timeout=READ_SECONDS,
        # A new connection costs a TLS handshake and a check of the token: slower than a read, and yet not broken.
        socket_connect_timeout=2.0,
        max_connections=256,
    )
