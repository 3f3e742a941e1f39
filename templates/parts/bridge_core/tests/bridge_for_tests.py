"""Fakes at the bridge's edges; all of them note in one list what happened in which order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from memory_metrics import MemoryMetrics, flushed
from memory_stream import MemoryStream, no_sleep

from bridge_core.dead_letters import Rejected
from bridge_core.forwarding import Forwarder
from bridge_core.source import Message, OffsetsLost
from card_tokens.guard import CardGuard
from service_telemetry.metrics import Metrics


def payload(number: int, **changes: Any) -> bytes:
    """A valid event's bytes."""
    document = {
        "id": f"event-{number}",
        "time": "2026-11-01T10:00:00Z",
        "amount": {"value": "12.34", "currency": "EUR"},
        "entities": {"card": f"tok_card_{number}", "merchant": "tok_merchant"},
    }
    return json.dumps(document | changes).encode()


def messages(*values: bytes, first: int = 0, partition: int = 0) -> list[Message]:
    """Messages of one partition, in order."""
    return [Message("authorisations", partition, first + index, value) for index, value in enumerate(values)]


class MemorySource:
    """Gives the polls it was made with, then nothing."""

    def __init__(self, log: list[str], polls: Sequence[Sequence[Message]], rebalanced: bool = False) -> None:
        self.committed: list[Sequence[Message]] = []
        self._log = log
        self._polls = list(polls)
        self._rebalanced = rebalanced

    async def poll(self) -> Sequence[Message]:
        await asyncio.sleep(0)
        return self._polls.pop(0) if self._polls else ()

    async def commit(self, messages: Sequence[Message]) -> None:
        self._log.append("commit")
        if self._rebalanced:
            raise OffsetsLost
        self.committed.append(messages)

    def lag(self) -> int:
        return 42


class MemoryDeadLetters:
    """Accepts, after the gate opens."""

    def __init__(self, log: list[str], gate: asyncio.Event | None = None) -> None:
        self.rejected: list[Rejected] = []
        self._log = log
        self._gate = gate

    async def send(self, rejected: Sequence[Rejected]) -> None:
        if self._gate is not None:
            await self._gate.wait()
        self._log.append(f"dead {len(rejected)}")
        self.rejected += rejected


class Parts:
    """A forwarder and its edges."""

    def __init__(self, *polls: Sequence[Message], **options: Any) -> None:
        self.log: list[str] = []
        self.beats = 0
        self.source = MemorySource(self.log, polls, options.get("rebalanced", False))
        self.stream = MemoryStream(options.get("refusals", ()), options.get("stream_gate"), self.log)
        self.dead_letters = MemoryDeadLetters(self.log, options.get("queue_gate"))
        self.metrics = Metrics(MemoryMetrics())
        self.forwarder = Forwarder(
            self.source,
            self.stream,
            self.dead_letters,
            self.metrics,
            partition_entity=options.get("partition_entity", "card"),
            guard=CardGuard(options.get("keyring")),
            alive=self._beat,
            sleep=no_sleep,
        )

    def _beat(self) -> None:
        self.beats += 1

    def flushed(self) -> dict[str, Any]:
        return flushed(self.metrics)[0]
