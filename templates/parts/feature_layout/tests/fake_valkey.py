"""A one-node Valkey cluster on loopback: hashes, expiry, scripts and logins, in real RESP over a real socket."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from io import BufferedIOBase
from typing import Any

from lupa.lua51 import LuaRuntime

_NIL = b"$-1\r\n"


class FakeValkey:
    """Keeps what it was told: `hashes`, `expiries` in seconds, `logins` as (user, password).

    `before_reply` is called with each command's words before it is answered: it may sleep, or raise ConnectionError to
    hang up.
    """

    def __init__(self) -> None:
        self.hashes: dict[str, dict[str, str]] = {}
        self.expiries: dict[str, int] = {}
        self.logins: list[tuple[str, str]] = []
        self.commands: list[list[str]] = []
        self.before_reply: Callable[[list[str]], None] = lambda words: None
        self._one_at_a_time = threading.RLock()
        fake = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while words := _command(self.rfile):
                    try:
                        fake.before_reply(words)
                    except ConnectionError:
                        return
                    with fake._one_at_a_time:
                        reply = fake.answer(words)
                    self.wfile.write(reply)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler, bind_and_activate=True)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> FakeValkey:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, words: list[str]) -> bytes:
        """The reply to one command."""
        name = words[0].upper()
        self.commands.append(words)
        if name == "AUTH":
            self.logins.append((words[1], words[2]) if len(words) == 3 else ("", words[1]))
            return b"+OK\r\n"
        if name == "CLUSTER":
            return self._cluster(words[1].upper())
        if name == "HSET":
            self.hashes.setdefault(words[1], {}).update(zip(words[2::2], words[3::2], strict=True))
            return b":%d\r\n" % (len(words) // 2 - 1)
        if name == "HGET":
            return _bulk(self.hashes.get(words[1], {}).get(words[2]))
        if name == "EVAL":
            return self._script(words[1], words[3 : 3 + int(words[2])], words[3 + int(words[2]) :])
        if name == "HGETALL":
            return _array([part for pair in self.hashes.get(words[1], {}).items() for part in pair])
        if name == "DEL":
            return b":%d\r\n" % (self.hashes.pop(words[1], None) is not None)
        if name == "EXPIRE":
            self.expiries[words[1]] = int(words[2])
            return b":1\r\n"
        if name == "COMMAND":
            return self._commands()
        if name in ("CLIENT", "READONLY", "PING"):
            return b"+OK\r\n"
        return b"-ERR unknown command\r\n"

    def _script(self, script: str, keys: list[str], arguments: list[str]) -> bytes:
        """Runs it as the server would: Lua 5.1, whose `redis.call` comes back here."""
        lua = LuaRuntime()

        def call(*words: Any) -> Any:
            reply = self.answer([str(word) for word in words])
            if reply.startswith(b":"):
                return int(reply[1:])
            return reply.split(b"\r\n")[1].decode() if reply.startswith(b"$") and reply != _NIL else False

        names = lua.globals()
        names.redis = lua.table_from({"call": call})
        names.KEYS, names.ARGV = lua.table_from(keys), lua.table_from(arguments)
        return b":%d\r\n" % lua.execute(script)

    def _cluster(self, what: str) -> bytes:
        if what == "SLOTS":
            node = b"*3\r\n$9\r\n127.0.0.1\r\n:%d\r\n$4\r\nnode\r\n" % self.port
            return b"*1\r\n*3\r\n:0\r\n:16383\r\n" + node
        return b"$16\r\ncluster_state:ok\r\n"

    def _commands(self) -> bytes:
        names = (b"hset", b"hget", b"hgetall", b"del", b"expire")
        each = b"*6\r\n$%d\r\n%s\r\n:-2\r\n*0\r\n:1\r\n:1\r\n:1\r\n"
        return b"*%d\r\n" % len(names) + b"".join(each % (len(name), name) for name in names)


def _command(stream: BufferedIOBase) -> list[str]:
    header = stream.readline()
    if not header:
        return []
    words = []
    for _ in range(int(header[1:])):
        length = int(stream.readline()[1:])
        words.append(stream.read(length).decode())
        stream.read(2)
    return words


def _bulk(word: str | None) -> bytes:
    return _NIL if word is None else b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode())


def _array(words: list[str]) -> bytes:
    return b"*%d\r\n" % len(words) + b"".join(_bulk(word) for word in words)
