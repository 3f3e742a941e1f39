"""Passwords for ElastiCache with IAM authentication: a signed request that lives for 15 minutes.

Source: Amazon ElastiCache user guide, "Authenticating with IAM".
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from urllib.parse import urlencode

from botocore.credentials import Credentials
from botocore.model import ServiceId
from botocore.session import Session
from botocore.signers import RequestSigner
from valkey.credentials import CredentialProvider

TOKEN_SECONDS = 900
RENEW_AFTER_SECONDS = 600


class IamTokenProvider(CredentialProvider):
    """User and token for each new connection; one token serves ten minutes of connections.

    Args:
        user: the cache user; with IAM authentication its id and its name are the same.
        cache: id of the replication group (lower case in the signature, as ElastiCache stores it).
        credentials: fixed AWS credentials; without them, those of the running task.
    """

    def __init__(
        self,
        user: str,
        cache: str,
        region: str,
        *,
        credentials: Credentials | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._user = user
        self._cache = cache.lower()
        self._region = region
        self._clock = clock
        self._session = Session()
        self._credentials = credentials
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = float("-inf")

    def get_credentials(self) -> tuple[str, str]:
        """User and current token; signs a new one when the last has served its ten minutes."""
        with self._lock:
            if self._clock() >= self._renew_at:
                self._token = self._sign()
                self._renew_at = self._clock() + RENEW_AFTER_SECONDS
            return self._user, self._token

    def _sign(self) -> str:
        credentials = self._credentials or self._session.get_credentials()
        signer = RequestSigner(
            ServiceId("elasticache"),
            self._region,
            "elasticache",
            "v4",
            credentials,
            self._session.get_component("event_emitter"),
        )
        query = urlencode({"Action": "connect", "User": self._user})
        url = signer.generate_presigned_url(
            {
                "method": "GET",
                "url": f"https://{self._cache}/?{query}",
                "body": {},
                "headers": {},
                "context": {},
            },
            operation_name="connect",
            expires_in=TOKEN_SECONDS,
            region_name=self._region,
        )
        return url.removeprefix("https://")
