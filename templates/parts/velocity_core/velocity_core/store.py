"""States in a Valkey cluster, beside the hashes that readers see: replaced together or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from valkey.asyncio.cluster import ValkeyCluster
from valkey.credentials import CredentialProvider
from valkey.exceptions import ValkeyClusterException

from feature_layout.layout import FeatureLayout
from service_process.environment import Address

from .windows import STATE_MARGIN_SECONDS, VelocityState
from .worker import StateChange, StoredState
from .writer import WriteFailed

# Far longer than a healthy call takes: a time-out has the client drop its connections and look for the cluster anew.
CALL_SECONDS = 2.0
# Both keys have the token as their hash tag, so one node has both and runs this as one step.
_REPLACE = """
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'state', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
if ARGV[6] == 'fresh' then redis.call('DEL', KEYS[2]) end
redis.call('HSET', KEYS[2], unpack(ARGV, 7))
redis.call('EXPIRE', KEYS[2], ARGV[5])
return 1
"""


class ValkeyStateStore:
    """See `StateStore`: for each hash `f:...` its state in `s:f:...`, which the client's user must be allowed as well.

    Args:
        connect: makes an asyncio cluster client that decodes responses.
    """

    def __init__(self, connect: Callable[[], Any], layout: FeatureLayout) -> None:
        self._connect = connect
        self._client = connect()
        self._layout = layout

    async def load(self, keys: Sequence[str]) -> Sequence[StoredState]:
        """See `StateStore.load`."""
        client = self._client
        return [_stored(fields) for fields in await self._all(client.hgetall(_state_key(key)) for key in keys)]

    async def save(self, changes: Sequence[StateChange]) -> Sequence[bool]:
        """See `StateStore.save`."""
        return [answer == 1 for answer in await self._all(self._replace(change) for change in changes)]

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _replace(self, change: StateChange) -> Any:
        update, lifetime = change.update, self._layout.time_to_live_seconds
        fields = [part for pair in update.fields.items() for part in pair]
        return self._client.eval(
            _REPLACE,
            2,
            _state_key(update.key),
            update.key,
            change.version,
            change.version + 1,
            encoded(change.state),
            lifetime + STATE_MARGIN_SECONDS,
            lifetime,
            "fresh" if update.fresh else "",
            *fields,
        )

    async def _all(self, calls: Any) -> list[Any]:
        client = self._client
        answers = await asyncio.gather(*calls, return_exceptions=True)
        errors = [answer for answer in answers if isinstance(answer, Exception)]
        if any(isinstance(error, ValkeyClusterException) for error in errors) and self._client is client:
            # The client forgets each node that fails, and after an outage of all of them knows none to come back to.
            self._client = self._connect()
            await client.aclose()
        if errors:
            raise WriteFailed from errors[0]
        return list(answers)


def connect_store(address: Address, credentials: CredentialProvider) -> ValkeyCluster:
    """A client of a cluster with TLS for `ValkeyStateStore`; connects at the first call.

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
        socket_timeout=CALL_SECONDS,
        socket_connect_timeout=CALL_SECONDS,
        max_connections=64,
    )


def encoded(state: VelocityState) -> str:
    """A state as JSON; `decoded` reads it."""
    buckets = {
        window: [[number, count, amounts] for number, (count, amounts) in sorted(of_window.items())]
        for window, of_window in state.buckets.items()
    }
    return json.dumps([state.newest_ms, buckets, state.currencies, state.recent_ids], separators=(",", ":"))


def decoded(text: str) -> VelocityState:
    """Read what `encoded` wrote."""
    newest_ms, buckets, currencies, recent_ids = json.loads(text)
    return VelocityState(
        newest_ms=newest_ms,
        buckets={
            window: {number: (count, amounts) for number, count, amounts in of_window}
            for window, of_window in buckets.items()
        },
        currencies=tuple(currencies),
        recent_ids=tuple(recent_ids),
    )


def _stored(fields: Mapping[str, str]) -> StoredState:
    if not fields:
        return StoredState(None, 0)
    return StoredState(decoded(fields["state"]), int(fields["version"]))


def _state_key(key: str) -> str:
    return f"s:{key}"
