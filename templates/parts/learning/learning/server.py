"""The model behind HTTP: `GET /ping`, and `POST /invocations` with JSON of the model interface or with rows of CSV.

One process per CPU on one port: a tree walk holds Python's lock, so threads alone would use one CPU.
"""

from __future__ import annotations

import json
import math
import os
import socket
import socketserver
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from multiprocessing import Process
from pathlib import Path
from typing import cast

import numpy as np

from . import decisions, forecasts
from .artefact import Artefact, load

MOST_BYTES = 6_291_456
JSON, CSV = "application/json", "text/csv"


class RequestError(ValueError):
    """The request is not one of the model's; the message carries no value of it."""


def answer_json(artefact: Artefact, body: bytes) -> bytes:
    """One request of the model interface. Raises `RequestError` for anything else."""
    if artefact.task == "forecasting":
        raise RequestError("a forecast is asked for with rows of CSV")
    try:
        request = json.loads(body)
        features = request["features"]
        if not isinstance(features, dict):
            raise RequestError("features is no object")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RequestError("not a request of the model interface") from error
    return json.dumps(decisions.answer(artefact, features)).encode()


def answer_csv(artefact: Artefact, body: bytes) -> bytes:
    """One line per row, in order: a score, or p10, p50 and p90. A row holds the model's columns; empty is unknown.

    Raises:
        RequestError: a row with more or fewer values.
    """
    lines = [line.split(",") for line in body.decode().splitlines() if line.strip()]
    width = len(artefact.features)
    if not lines or any(len(line) != width for line in lines):
        raise RequestError(f"each row has to have {width} values")
    values = np.array(
        [
            [f.encode_one(text) if text else math.nan for f, text in zip(artefact.features, line, strict=True)]
            for line in lines
        ]
    )
    if artefact.task == "forecasting":
        predicted = forecasts.forecast(artefact, values)
    else:
        predicted = artefact.predict(decisions.SCORE, values).reshape(-1, 1)
    return "".join(",".join(f"{number:.6g}" for number in line) + "\n" for line in predicted).encode()


ANSWERS = {JSON: answer_json, CSV: answer_csv}


class Handler(BaseHTTPRequestHandler):
    """Answers for the artefact of its server. Logs nothing per request: what is asked is personal data."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Health: the model is loaded before the port is opened."""
        self._reply(HTTPStatus.OK if self.path == "/ping" else HTTPStatus.NOT_FOUND, b"", JSON)

    def do_POST(self) -> None:
        """Invocations."""
        length = int(self.headers.get("Content-Length") or 0)
        kind = (self.headers.get("Content-Type") or JSON).partition(";")[0].strip()
        if self.path != "/invocations":
            self.close_connection = True
            self._reply(HTTPStatus.NOT_FOUND, b"", JSON)
        elif length > MOST_BYTES:
            # The body is left unread, so the connection cannot go on.
            self.close_connection = True
            self._reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"", JSON)
        elif kind not in ANSWERS:
            self.rfile.read(length)
            self._reply(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, b"", JSON)
        else:
            self._answer(kind, self.rfile.read(length))

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def _answer(self, kind: str, body: bytes) -> None:
        try:
            answer = ANSWERS[kind](cast(Server, self.server).artefact, body)
        except (RequestError, UnicodeDecodeError) as error:
            said = str(error) if isinstance(error, RequestError) else "not UTF-8"
            self._reply(HTTPStatus.BAD_REQUEST, json.dumps({"error": said}).encode(), JSON)
        else:
            self._reply(HTTPStatus.OK, answer, kind)

    def _reply(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """One process's share of the port."""

    daemon_threads = True
    allow_reuse_address = True
    allow_reuse_port = True
    request_queue_size = 1024

    def __init__(self, artefact: Artefact, address: tuple[str, int]) -> None:
        self.artefact = artefact
        super().__init__(address, Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        """Without waiting for more to send: a reply is one small packet."""
        connection, peer = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, peer


def serve(model: Path, port: int = 8080, processes: int | None = None) -> None:
    """Serve until stopped. Ends, with an error, when any of its processes does: the platform then starts it anew."""
    workers = [Process(target=_work, args=(model, port), daemon=True) for _ in range(processes or os.cpu_count() or 1)]
    for worker in workers:
        worker.start()
    while all(worker.is_alive() for worker in workers):
        workers[0].join(timeout=1.0)
    raise SystemExit("a process of the model server has ended")


def _work(model: Path, port: int) -> None:
    Server(load(model), ("", port)).serve_forever()
