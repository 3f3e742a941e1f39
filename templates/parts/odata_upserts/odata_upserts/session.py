"""A session at SAP Gateway: its cookies, and the token without which the gateway takes no change."""

from __future__ import annotations

import base64
import http.cookiejar
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from odata_pages import Login, ODataError
from odata_upserts.batches import CONTENT_TYPE, Outcome, Row, body_of, outcomes_of

ATTEMPTS = 5
TIMEOUT_SECONDS = 120
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_TOKEN_REFUSED = 403


@dataclass(frozen=True, slots=True)
class Target:
    """The entity set that is written: `https://host/service/EntitySet`. `client` is the SAP client, three digits."""

    url: str
    client: str

    @property
    def service(self) -> str:
        """Address of the service, whose `$batch` takes the rows."""
        return self.url.rpartition("/")[0]

    @property
    def entity_set(self) -> str:
        """Name of the entity set."""
        return self.url.rpartition("/")[2]


class Session:
    """One session, for one thread. `pause` waits between attempts; tests give one that does not."""

    def __init__(self, target: Target, login: Login, pause: Callable[[float], None] = time.sleep) -> None:
        self._target, self._pause = target, pause
        self._authorization = "Basic " + base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
        context = ssl.create_default_context(cadata=login.ca_bundle) if target.url.startswith("https:") else None
        handlers: list[urllib.request.BaseHandler] = [
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            # Whatever the environment says: this way leads through the private network and through no proxy.
            urllib.request.ProxyHandler({}),
        ]
        if context is not None:
            handlers.append(urllib.request.HTTPSHandler(context=context))
        self._opener = urllib.request.build_opener(*handlers)
        self._token: str | None = None

    def write(self, rows: Sequence[Row]) -> Sequence[Outcome]:
        """Write rows, each for itself; one outcome per row. A row that is written again replaces itself.

        Raises:
            ODataError: the service refuses the whole request, or still fails after `ATTEMPTS`.
        """
        body = body_of(self._target.entity_set, rows)
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                return self._send(body, len(rows))
            except urllib.error.HTTPError as error:
                # A token ends with its session, which a gateway closes after half an hour of quiet.
                self._token = None
                if last or (error.code != _TOKEN_REFUSED and error.code not in _AGAIN):
                    raise ODataError(f"SAP answered {error.code} to attempt {attempt}") from None
            except ValueError as error:
                raise ODataError(f"the answer to $batch makes no sense: {error}") from None
            except OSError as error:
                if last or isinstance(getattr(error, "reason", None), ssl.SSLError):
                    raise ODataError(f"SAP does not answer: {type(error).__name__} at attempt {attempt}") from None
            self._pause(min(60.0, 2.0**attempt))
        raise AssertionError("unreachable")

    def _send(self, body: bytes, rows: int) -> Sequence[Outcome]:
        if self._token is None:
            self._token = self._fetch_token()
        headers = {"Content-Type": CONTENT_TYPE, "X-CSRF-Token": self._token, "Accept": "multipart/mixed"}
        with self._open(f"{self._target.service}/$batch", headers, body) as response:
            return outcomes_of(response.headers.get("Content-Type", ""), response.read(), rows)

    def _fetch_token(self) -> str:
        with self._open(
            f"{self._target.service}/", {"X-CSRF-Token": "Fetch", "Accept": "application/json"}
        ) as response:
            token = response.headers.get("X-CSRF-Token")
        if not token:
            raise ODataError("SAP gives no token for changes: does the service allow them?")
        return token

    def _open(self, url: str, headers: dict[str, str], body: bytes | None = None):
        address = f"{url}?sap-client={quote(self._target.client)}"
        request = urllib.request.Request(address, data=body, headers={**headers, "Authorization": self._authorization})
        return self._opener.open(request, timeout=TIMEOUT_SECONDS)
