"""An OData version 2 service as SAP Gateway offers it, read in pages."""

from __future__ import annotations

import base64
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from change_window import Window

ATTEMPTS = 5
TIMEOUT_SECONDS = 120
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


class ODataError(Exception):
    """The service answered with an error, or not at all. The message holds neither login nor data."""


@dataclass(frozen=True, slots=True)
class EntitySet:
    """One entity set. `url` ends with its name; `keys` order it, so that pages neither overlap nor leave gaps.

    `changed_at` is the property that says when a row was last changed. `client` is the SAP client, three digits.
    """

    url: str
    client: str
    keys: tuple[str, ...]
    changed_at: str


@dataclass(frozen=True, slots=True)
class Login:
    """A technical user of SAP, and what signed the certificate of its host (PEM)."""

    username: str
    password: str
    ca_bundle: str


def count(entities: EntitySet, login: Login, window: Window) -> int:
    """Rows that changed in the window.

    Raises:
        ODataError: see `_get`.
    """
    query = {"$filter": _filter(entities, window), "sap-client": entities.client}
    body = _get(f"{entities.url}/$count?{urlencode(query, quote_via=quote)}", login, accept="text/plain")
    try:
        return int(body.decode("utf-8-sig"))
    except ValueError as error:
        raise ODataError("$count did not answer with a number") from error


def page(entities: EntitySet, login: Login, window: Window, skip: int, top: int) -> Sequence[Mapping[str, Any]]:
    """Rows `skip` to `skip + top` of those that changed in the window, without OData's own fields.

    Raises:
        ODataError: see `_get`; or the answer is no OData version 2.
    """
    query = {
        "$filter": _filter(entities, window),
        "$orderby": ",".join(entities.keys),
        "$skip": str(skip),
        "$top": str(top),
        "$format": "json",
        "sap-client": entities.client,
    }
    body = _get(f"{entities.url}?{urlencode(query, quote_via=quote)}", login, accept="application/json")
    try:
        data = json.loads(body)["d"]
        rows = data["results"] if isinstance(data, dict) else data
        return [_own_fields(row) for row in rows]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ODataError("the answer is no OData version 2 in JSON") from error


def _filter(entities: EntitySet, window: Window) -> str:
    def literal(moment: datetime) -> str:
        return f"datetimeoffset'{moment.strftime('%Y-%m-%dT%H:%M:%SZ')}'"

    field = entities.changed_at
    return f"{field} gt {literal(window.since)} and {field} le {literal(window.until)}"


def _own_fields(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row without `__metadata` and without links to other entity sets, which are no values."""
    return {
        name: value
        for name, value in row.items()
        if not name.startswith("__") and not (isinstance(value, dict) and "__deferred" in value)
    }


def _get(url: str, login: Login, accept: str) -> bytes:
    """One GET with repeats and growing pauses.

    Raises:
        ODataError: refused, or still failing after `ATTEMPTS`.
    """
    token = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {token}", "Accept": accept})
    context = ssl.create_default_context(cadata=login.ca_bundle) if url.startswith("https:") else None
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=context) as response:
                return response.read()
        except urllib.error.HTTPError as error:
            if error.code not in _AGAIN or attempt == ATTEMPTS:
                raise ODataError(f"SAP answered {error.code} to attempt {attempt}") from None
        except OSError as error:
            # urllib's own URLError is one; a certificate that does not match will not match the next time either.
            if attempt == ATTEMPTS or isinstance(getattr(error, "reason", None), ssl.SSLError):
                raise ODataError(f"SAP does not answer: {type(error).__name__} at attempt {attempt}") from None
        time.sleep(pause(attempt))
    raise AssertionError("unreachable")


def pause(attempt: int) -> float:
    """Seconds before the next attempt."""
    return min(60.0, 2.0**attempt)
