"""The metadata server on loopback."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class MetadataServer:
    """Gives `token-1`, `token-2`, ... for `lifetime` seconds each; keeps the headers that it was asked with."""

    def __init__(self, lifetime: int = 3600) -> None:
        self.asked: list[dict[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(dict(self.headers))
                body = {"access_token": f"token-{len(server.asked)}", "expires_in": lifetime, "token_type": "Bearer"}
                found = self.path.endswith("/service-accounts/default/token")
                self.send_response(200 if found else 404)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> MetadataServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
