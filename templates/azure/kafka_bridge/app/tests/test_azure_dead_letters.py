from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from azure_tokens.tokens import STORAGE_SCOPE, Tokens
from bridge.dead_letters import BlobDeadLetters
from bridge_core.dead_letters import Rejected


def rejected(offset: int) -> Rejected:
    return Rejected(payload=b"not json", reason="not-json", topic="authorisations", partition=3, offset=offset)


class Storage:
    """Refuses its first requests, then keeps what it is given."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.blobs: dict[str, bytes] = {}
        self.headers: list[Any] = []

    async def put(self, request: web.Request) -> web.Response:
        self.headers.append(request.headers)
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=503)
        self.blobs[request.path] = await request.read()
        return web.Response(status=201)


def send(storage: Storage, *records: Rejected) -> int:
    beats: list[None] = []
    tokens = Tokens(
        SimpleNamespace(get_token=lambda scope: SimpleNamespace(token=scope, expires_on=10**12)), STORAGE_SCOPE
    )

    async def at_once(seconds: float) -> None:
        assert seconds > 0

    async def run() -> None:
        application = web.Application()
        application.router.add_put("/{path:.*}", storage.put)
        async with TestServer(application) as server, aiohttp.ClientSession() as session:
            url = str(server.make_url("/dead-letters/bridge"))
            letters = BlobDeadLetters(session, url, tokens, lambda: beats.append(None), at_once)
            await letters.send(records)

    asyncio.run(run())
    return len(beats)


def test_each_record_is_a_blob_named_by_its_place() -> None:
    storage = Storage()
    send(storage, *(rejected(offset) for offset in range(20)))
    assert len(storage.blobs) == 20
    assert storage.blobs["/dead-letters/bridge/authorisations/3/7"] == b"not json"
    first = storage.headers[0]
    assert first["x-ms-blob-type"] == "BlockBlob"
    assert first["Authorization"] == f"Bearer {STORAGE_SCOPE}"
    assert first["x-ms-meta-reason"] == "not-json"


def test_what_is_refused_is_sent_again_and_each_try_is_a_sign_of_life() -> None:
    storage = Storage(refusals=3)
    beats = send(storage, rejected(1))
    assert list(storage.blobs) == ["/dead-letters/bridge/authorisations/3/1"]
    assert beats == 4
