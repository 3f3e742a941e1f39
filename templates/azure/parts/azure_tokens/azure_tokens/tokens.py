"""Tokens of the container's own identity: asked for once, used until shortly before they end.

Source: Microsoft Learn, "Workload identity on AKS" (`AZURE_FEDERATED_TOKEN_FILE`) and "Managed identities in Azure
Container Apps"; azure-identity speaks both.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from valkey.credentials import CredentialProvider

RENEW_BEFORE_SECONDS = 300.0
REDIS_SCOPE = "https://redis.azure.com/.default"
STORAGE_SCOPE = "https://storage.azure.com/.default"


class Credential(Protocol):
    """What azure-identity's credentials have in common: a token with `token` and `expires_on` (epoch seconds)."""

    def get_token(self, *scopes: str) -> Any:
        """A token for the scopes; it may wait for the network."""
        ...


class Tokens:
    """The token for one scope. Safe from several threads, which wait for one request instead of making their own."""

    def __init__(self, credential: Credential, scope: str, clock: Callable[[], float] = time.time) -> None:
        self._credential = credential
        self._scope = scope
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = float("-inf")

    def get(self) -> str:
        """The current token; asks for another five minutes before it ends. It may wait for the network.

        Raises:
            Exception: whatever the credential raises, while there is no valid token.
        """
        with self._lock:
            if self._clock() >= self._renew_at:
                found = self._credential.get_token(self._scope)
                self._token = found.token
                self._renew_at = found.expires_on - RENEW_BEFORE_SECONDS
            return self._token


class CacheTokens(CredentialProvider):
    """User and password for Managed Redis: the identity's object id, and a token."""

    def __init__(self, principal_id: str, tokens: Tokens) -> None:
        self._principal_id = principal_id
        self._tokens = tokens

    def get_credentials(self) -> tuple[str, str]:
        """Asked by the client at each new connection."""
        return self._principal_id, self._tokens.get()


def container_credential(variables: Mapping[str, str]) -> Credential:
    """The identity of this container: by its federated token in Kubernetes, else by the platform's own address."""
    from azure.identity import ManagedIdentityCredential, WorkloadIdentityCredential

    if variables.get("AZURE_FEDERATED_TOKEN_FILE"):
        return WorkloadIdentityCredential()
    return ManagedIdentityCredential(client_id=variables.get("AZURE_CLIENT_ID"))
