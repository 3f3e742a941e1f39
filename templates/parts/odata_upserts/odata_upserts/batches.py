"""The body of an OData `$batch` request, and what its answer says of each row.

Each row is a change set of its own: a change set is all or nothing, and one bad row would take the others with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.message import Message
from email.parser import BytesParser
from typing import Any
from urllib.parse import quote

BOUNDARY = "rows"
QUOTE = "'"
CONTENT_TYPE = f"multipart/mixed; boundary={BOUNDARY}"
_STATUS = re.compile(rb"HTTP/1\.\d (\d{3})")
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One entity. `key` names it (property -> OData literal); a row that is sent again replaces itself."""

    key: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: the HTTP status, and the service's reason where it refused."""

    status: int
    reason: str = ""

    @property
    def written(self) -> bool:
        """Whether the service took it."""
        return 200 <= self.status < 300


def literal(value: str | date) -> str:
    """A value inside a key: text in single quotes, a day as `datetime'...'`."""
    if isinstance(value, date):
        return f"datetime'{value.isoformat()}T00:00:00'"
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def body_of(entity_set: str, rows: Sequence[Row]) -> bytes:
    """The request's body. The same rows give the same bytes."""
    lines: list[bytes] = []
    for number, row in enumerate(rows):
        content = json.dumps(row.body, ensure_ascii=False, separators=(",", ":")).encode()
        key = ",".join(f"{name}={quote(said, safe=QUOTE)}" for name, said in row.key.items())
        change = f"row-{number}"
        lines += [
            f"--{BOUNDARY}".encode(),
            f"Content-Type: multipart/mixed; boundary={change}".encode(),
            b"",
            f"--{change}".encode(),
            b"Content-Type: application/http",
            b"Content-Transfer-Encoding: binary",
            b"",
            f"PUT {entity_set}({key}) HTTP/1.1".encode(),
            b"Content-Type: application/json",
            b"Accept: application/json",
            f"Content-Length: {len(content)}".encode(),
            b"",
            content,
            f"--{change}--".encode(),
            b"",
        ]
    return b"\r\n".join([*lines, f"--{BOUNDARY}--".encode(), b""])


def outcomes_of(content_type: str, body: bytes, expected: int) -> Sequence[Outcome]:
    """One outcome per row, in their order.

    Raises:
        ValueError: the answer is no multipart, or of another number of rows.
    """
    message = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    if not message.is_multipart():
        raise ValueError("the answer is no multipart")
    # A change set that went well answers as a multipart with one response in it, one that failed as that response.
    found = [_outcome(_innermost(part)) for part in message.get_payload() if isinstance(part, Message)]
    if len(found) != expected:
        raise ValueError(f"{len(found)} answers to {expected} rows")
    return found


def _innermost(part: Message) -> bytes:
    while part.is_multipart():
        inner = part.get_payload()[0]
        if not isinstance(inner, Message):
            break
        part = inner
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _outcome(response: bytes) -> Outcome:
    found = _STATUS.match(response.lstrip())
    if found is None:
        raise ValueError("an answer without a status")
    status = int(found[1])
    return Outcome(status) if status < 300 else Outcome(status, _reason(response.partition(b"\r\n\r\n")[2]))


def _reason(content: bytes) -> str:
    try:
        said = json.loads(content)["error"]["message"]
        text = said["value"] if isinstance(said, dict) else said
    except (KeyError, TypeError, ValueError):
        text = "no reason given"
    return str(text)[:_LONGEST_REASON]
