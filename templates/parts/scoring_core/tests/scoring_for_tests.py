"""Parts of the service for the tests: events, fakes at the edges, and a decider made of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from scoring.deciding import Decider
from scoring.emf import Metrics
from scoring.events import Event, parse_event
from scoring.features import EntityFeatures, FeatureSource
from scoring.model import ModelAnswer
from scoring.policy import load_policy
from scoring.publishing import Publisher
from scoring.streams import Record

NOW = 1_800_000_000.0
TOKENS = {"card": "tok_card_7f3", "merchant": "tok_merchant_9a1", "device": "tok_device_42b"}


def document(**changes: Any) -> dict[str, Any]:
    """A valid event as JSON."""
    event = {
        "id": "event-1",
        "time": "2026-11-01T10:00:00+01:00",
        "amount": {"value": "12.34", "currency": "EUR"},
        "entities": dict(TOKENS),
        "attributes": {"channel": "ecommerce", "attempt": 1},
    }
    return event | changes


def event(**changes: Any) -> Event:
    """A valid event."""
    return parse_event(json.dumps(document(**changes)).encode())


class FixedFeatures:
    """The same features for every event, after `delay` seconds, or an error."""

    def __init__(
        self, values: Mapping[str, EntityFeatures] | None = None, delay: float = 0.0, error: Exception | None = None
    ) -> None:
        self.values = values or {}
        self.delay = delay
        self.error = error

    async def read(self, event: Event) -> Mapping[str, EntityFeatures]:
        await asyncio.sleep(self.delay)
        if self.error is not None:
            raise self.error
        return self.values


class FixedModel:
    """The same answer for every request, after `delay` seconds, or an error; keeps the requests."""

    def __init__(self, score: float = 0.1, delay: float = 0.0, error: Exception | None = None) -> None:
        self.answer = ModelAnswer(score, ("NEW_DEVICE",), "model-7")
        self.delay = delay
        self.error = error
        self.requests: list[Mapping[str, Any]] = []

    async def score(self, request: Mapping[str, Any]) -> ModelAnswer:
        self.requests.append(request)
        await asyncio.sleep(self.delay)
        if self.error is not None:
            raise self.error
        return self.answer


class MemoryStream:
    """A stream that refuses as told: for each call, the indexes to refuse; then it accepts everything."""

    def __init__(self, refusals: Sequence[Sequence[int]] = (), gate: asyncio.Event | None = None) -> None:
        self.calls: list[list[Record]] = []
        self.accepted: list[Record] = []
        self._refusals = list(refusals)
        self._gate = gate

    async def write(self, records: Sequence[Record]) -> Sequence[Record]:
        self.calls.append(list(records))
        if self._gate is not None:
            await self._gate.wait()
        refused = set(self._refusals.pop(0)) if self._refusals else set()
        self.accepted += [record for index, record in enumerate(records) if index not in refused]
        return [record for index, record in enumerate(records) if index in refused]


class Parts:
    """A decider and what it talks to; `lines` are the metric lines."""

    def __init__(
        self,
        features: FeatureSource | None = None,
        model: FixedModel | None = None,
        *,
        fallback_after: float = 0.5,
        max_unfinished: int = 100,
        stream: MemoryStream | None = None,
    ) -> None:
        self.lines: list[str] = []
        self.metrics = Metrics("archgen/test", "scoring", write=self.lines.append, clock=lambda: NOW)
        self.stream = stream or MemoryStream()
        self.publisher = Publisher(self.stream, self.metrics, linger=0.0)
        self.publisher.start()
        self.model = model or FixedModel()
        self.decider = Decider(
            features or FixedFeatures({"card": {"count_1m": 1.0}}),
            self.model,
            load_policy(),
            self.publisher,
            self.metrics,
            entities=tuple(TOKENS),
            fallback_after=fallback_after,
            max_unfinished=max_unfinished,
            clock=lambda: NOW,
        )

    async def decide(self, of: Event) -> Any:
        return await self.decider.decide(of, asyncio.get_running_loop().time())

    def flushed(self) -> list[dict[str, Any]]:
        self.metrics.flush({"FallbackRate": ("Fallbacks", "Decisions")})
        return [json.loads(line) for line in self.lines]
