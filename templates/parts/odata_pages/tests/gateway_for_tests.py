"""A small SAP Gateway, for tests."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Row = Mapping[str, Any]


def _moment(literal: str) -> datetime:
    text = literal.removeprefix("datetimeoffset'").removesuffix("'")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


class _Gateway(BaseHTTPRequestHandler):
    rows: list[Row] = []
    failures: list[int] = []
    seen: list[str] = []

    def do_GET(self) -> None:
        self.seen.append(self.headers["Authorization"])
        if self.failures:
            self.send_error(self.failures.pop(0))
            return
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        words = query["$filter"].split(" ")
        changed = [row for row in self.rows if _moment(words[2]) < row["ChangedAt"] <= _moment(words[6])]
        if address.path.endswith("/$count"):
            self._answer(str(len(changed)).encode())
            return
        keys = query["$orderby"].split(",")
        changed.sort(key=lambda row: tuple(row[key] for key in keys))
        skip, top = int(query["$skip"]), int(query["$top"])
        results = [
            {**row, "ChangedAt": row["ChangedAt"].isoformat(), "__metadata": {"uri": "x"}, "Items": {"__deferred": {}}}
            for row in changed[skip : skip + top]
        ]
        self._answer(json.dumps({"d": {"results": results}}).encode())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def gateway(rows: list[Row], failures: list[int] | None = None) -> Generator[tuple[str, list[str]]]:
    """The address of an entity set that holds `rows`, and the logins that were tried. `failures` come first."""
    handler = type("Handler", (_Gateway,), {"rows": rows, "failures": failures or [], "seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sap/opu/odata/sap/Z_ORDERS/Orders", handler.seen
    finally:
        server.shutdown()
        server.server_close()
