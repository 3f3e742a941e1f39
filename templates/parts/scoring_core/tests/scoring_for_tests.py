"""A decider for the tests, made of fakes at the edges."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from event_documents import TOKENS
from memory_metrics import MemoryMetrics, flushed
from memory_stream import MemoryStream

from event_contract.events import Event
from scoring_core.deciding import Decider
from scoring_core.features import EntityFeatures, FeatureSource
from scoring_core.model import ModelAnswer
from scoring_core.policy import load_policy
from scoring_core.publishing import Publisher
from service_telemetry.metrics import Metrics

NOW = 1_800_000_000.0


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


class Parts:
    """A decider and what it talks to."""

    def __init__(
        self,
        features: FeatureSource | None = None,
        model: FixedModel | None = None,
        *,
        fallback_after: float = 0.5,
        max_unfinished: int = 100,
        stream: MemoryStream | None = None,
    ) -> None:
        self.metrics = Metrics(MemoryMetrics(), clock=lambda: NOW)
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
        return flushed(self.metrics)
