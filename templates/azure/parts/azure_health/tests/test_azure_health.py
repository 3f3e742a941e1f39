from __future__ import annotations

import asyncio

import pytest

from azure_health.health import health_server


@pytest.mark.parametrize(("turns", "status"), [(True, b"200"), (False, b"503")])
def test_the_status_says_whether_the_loop_turns(turns: bool, status: bytes) -> None:
    async def ask() -> bytes:
        async with health_server(0, lambda: turns) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /healthz HTTP/1.1\r\n\r\n")
            answer = await reader.read()
            writer.close()
            return answer

    assert asyncio.run(ask()).split()[1] == status
