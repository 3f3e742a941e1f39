"""A small SAP Gateway that takes changes, for tests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import unquote

_CHANGE = re.compile(rb"PUT (\S+)\(([^\r\n]*)\) HTTP/1\.1\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]*)")


@dataclass
class Gateway:
    """`entities` by key as written in the address; `refused` keys get a 400; `failures` answer whole requests first."""

    url: str = ""
    entities: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    failing: dict[str, int] = field(default_factory=dict)
    failures: list[int] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    clients: set[str] = field(default_factory=set)
    tokens: int = 0
    expired: bool = False
    lock: Lock = field(default_factory=Lock)


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with gateway.lock:
                gateway.tokens += 1
                gateway.expired = False
                token = f"token-{gateway.tokens}"
            self.send_response(200)
            self.send_header("X-CSRF-Token", token)
            self.send_header("Set-Cookie", f"SAP_SESSIONID={token}; path=/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.clients.add(self.path.partition("sap-client=")[2])
            token = self.headers.get("X-CSRF-Token", "")
            if gateway.expired or f"SAP_SESSIONID={token}" != self.headers.get("Cookie"):
                self._refuse(403)
            elif gateway.failures:
                self._refuse(gateway.failures.pop(0))
            else:
                self._answer(body)

        def _answer(self, body: bytes) -> None:
            with gateway.lock:
                parts = [self._change(*change) for change in _CHANGE.findall(body)]
                gateway.requests.append(len(parts))
            content = b"".join(b"--answer\r\n" + part + b"\r\n" for part in parts) + b"--answer--\r\n"
            self.send_response(202)
            self.send_header("Content-Type", "multipart/mixed; boundary=answer")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _change(self, entity_set: bytes, key: bytes, content: bytes) -> bytes:
            named = unquote(key.decode())
            status = gateway.failing.pop(named, 400 if named in gateway.refused else 204)
            if status == 204:
                gateway.entities[named] = json.loads(content)
                inner = b"Content-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
                return b"Content-Type: multipart/mixed; boundary=one\r\n\r\n--one\r\n" + inner + b"\r\n--one--\r\n"
            reason = json.dumps({"error": {"message": {"lang": "en", "value": f"Series unknown ({status})"}}}).encode()
            return (
                b"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
                + f"HTTP/1.1 {status} Refused\r\nContent-Type: application/json\r\n\r\n".encode()
                + reason
            )

        def _refuse(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A gateway on a port of its own."""
    state = Gateway()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}/sap/opu/odata/sap/Z_FORECAST_SRV/Forecasts"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
