"""Tokens of the container's own account, from the metadata server, and logins made of them.

Source: Google Cloud documentation, "Service identity" of Cloud Run (a token lives for an hour, and the server gives a
new one only in its last five minutes) and "About IAM authentication" of Memorystore for Valkey (the token is the
password of the user `default`).
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Callable
from urllib.request import Request, urlopen

from valkey.credentials import CredentialProvider

PATH = "/computeMetadata/v1/instance/service-accounts/default/token"
# The server has no other token to give before a token's last five minutes.
RENEW_BEFORE_SECONDS = 240.0
CACHE_USER = "default"


class AccessTokens:
    """The current token. Safe from several threads, which wait for one request instead of making their own."""

    def __init__(self, host: str | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._host = host or os.environ.get("GCE_METADATA_HOST") or "metadata.google.internal"
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = float("-inf")

    def get(self) -> str:
        """The token; asks for another four minutes before it ends.

        Raises:
            OSError: the metadata server does not answer, and there is no valid token.
        """
        with self._lock:
            if self._clock() >= self._renew_at:
                request = Request(f"http://{self._host}{PATH}", headers={"Metadata-Flavor": "Google"})
                with urlopen(request, timeout=5) as response:
                    found = json.load(response)
                self._token = found["access_token"]
                self._renew_at = self._clock() + float(found["expires_in"]) - RENEW_BEFORE_SECONDS
            return self._token

    async def header(self) -> dict[str, str]:
        """The authorisation header of a call; the event loop never waits for the metadata server."""
        if self._clock() >= self._renew_at:
            await asyncio.to_thread(self.get)
        return {"Authorization": f"Bearer {self.get()}"}


class CacheLogin(CredentialProvider):
    """User and password for Memorystore with IAM authentication."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens

    def get_credentials(self) -> tuple[str, str]:
        """Asked by the client at each new connection."""
        return CACHE_USER, self._tokens.get()
