"""`/healthz` of a loop: 200 while it turns, 503 when it has stopped turning.

Source: Microsoft Learn, "Health probes in Azure Container Apps": HTTP or TCP, and no command.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from service_process.heartbeat import healthy

PORT = 8081
_READ_SECONDS = 2.0


@asynccontextmanager
async def health_server(port: int = PORT, is_healthy: Callable[[], bool] = healthy) -> AsyncGenerator[int]:
    """Answer every request alike while the context lasts; gives the port that it listens on."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.wait_for(reader.readline(), _READ_SECONDS)
            status = "200 OK" if is_healthy() else "503 Service Unavailable"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        except (TimeoutError, OSError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, host="0.0.0.0", port=port)
    async with server:
        yield server.sockets[0].getsockname()[1]
