"""From an event to a decision within the deadline: features, model, rules; or the rules alone."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from event_contract.events import Event
from service_telemetry.metrics import Metrics

from .decisions import Decision, decision_record
from .features import EntityFeatures, FeatureError, FeatureSource
from .model import Model, ModelAnswer, ModelError, model_request
from .policy import Outcome, Policy
from .probe import probe_event
from .publishing import Publisher
from .recent import RecentDecisions
from .rules import judge

MAX_UNFINISHED = 2_000

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Evidence:
    """What is known of an event so far; filled while the deadline runs, so that a late model loses no features.

    `counts` is False for a probe, whose entities nobody has a history of.
    """

    counts: bool = True
    features: Mapping[str, EntityFeatures] = field(default_factory=dict)
    answer: ModelAnswer | None = None


class Decider:
    """Decides events; one per process.

    Args:
        fallback_after: seconds from an event's receipt after which the rules decide alone.
        max_unfinished: readings of features and model under way at once; above it the rules decide alone, at once.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        features: FeatureSource,
        model: Model,
        policy: Policy,
        publisher: Publisher,
        metrics: Metrics,
        *,
        entities: tuple[str, ...],
        fallback_after: float,
        max_unfinished: int = MAX_UNFINISHED,
        recent: RecentDecisions | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._features = features
        self._model = model
        self._policy = policy
        self._publisher = publisher
        self._metrics = metrics
        self._entities = entities
        self._fallback_after = fallback_after
        self._max_unfinished = max_unfinished
        self._recent = recent or RecentDecisions()
        self._clock = clock
        self._unfinished: set[asyncio.Task[None]] = set()
        metrics.always("Decisions", "Fallbacks", "Approvals")
        metrics.percentage("FallbackRate", "Fallbacks", "Decisions")
        metrics.percentage("ApprovalRate", "Approvals", "Decisions")

    async def decide(self, event: Event, received: float) -> Decision:
        """Decide one event, or give the decision that it already has.

        Args:
            received: `loop.time()` at the request's receipt; the deadline counts from there.

        Raises:
            EventConflict: the event's id is known with other content.
        """
        if (known := self._recent.find(event)) is not None:
            # Shielded: the caller of a repeat may hang up without taking the first caller's decision along.
            return await asyncio.shield(known)
        future = self._recent.start(event)
        evidence = Evidence()
        try:
            fallback = await self._gather_evidence(event, evidence, received)
            decision = self._conclude(event, evidence, fallback)
        except BaseException:
            self._recent.forget(event)
            future.cancel()
            raise
        future.set_result(decision)
        self._publisher.offer(decision_record(event, evidence.features, decision))
        self._measure(decision, received)
        return decision

    async def probe(self, received: float) -> Decision:
        """Decide a probe as any event, and leave no trace of it: not remembered, not published, not counted."""
        event = probe_event(self._entities, self._clock())
        evidence = Evidence(counts=False)
        return self._conclude(event, evidence, await self._gather_evidence(event, evidence, received))

    async def _gather_evidence(self, event: Event, evidence: Evidence, received: float) -> str | None:
        """Fill the evidence; the reason for a fallback, or None when the model has answered in time."""
        if len(self._unfinished) >= self._max_unfinished:
            return "overload"
        reading = asyncio.create_task(self._read(event, evidence))
        self._unfinished.add(reading)
        reading.add_done_callback(self._unfinished.discard)
        remaining = received + self._fallback_after - asyncio.get_running_loop().time()
        # Left to its own time-outs rather than cancelled: a cancelled read leaves a pooled connection in the middle of
        # a reply, and the next reader might get this event's features.
        await asyncio.wait({reading}, timeout=max(0.0, remaining))
        if not reading.done():
            return "timeout"
        error = reading.exception()
        if error is None:
            return None
        if isinstance(error, FeatureError):
            return "feature-error"
        if isinstance(error, ModelError):
            return "model-error"
        log.error("reading failed", exc_info=error)
        return "internal-error"

    async def _read(self, event: Event, evidence: Evidence) -> None:
        evidence.features = await self._features.read(event)
        missing = sum(entity in event.entities and entity not in evidence.features for entity in self._entities)
        if missing and evidence.counts:
            self._metrics.count("FeatureMisses", missing)
        evidence.answer = await self._model.score(model_request(event, evidence.features))

    def _conclude(self, event: Event, evidence: Evidence, fallback: str | None) -> Decision:
        answer = evidence.answer if fallback is None else None
        verdict = judge(event, evidence.features, answer, self._policy)
        return Decision(
            event_id=event.id,
            outcome=verdict.outcome,
            reasons=verdict.reasons,
            decided_by="model" if answer is not None else "rules",
            fallback_reason=fallback,
            score=answer.score if answer is not None else None,
            model_version=answer.model_version if answer is not None else None,
            policy_version=self._policy.version,
            decided_at=self._clock(),
        )

    def _measure(self, decision: Decision, received: float) -> None:
        self._metrics.count("Decisions")
        self._metrics.count("Decisions", Outcome=decision.outcome.value, DecidedBy=decision.decided_by)
        if decision.outcome is Outcome.APPROVE:
            self._metrics.count("Approvals")
        if decision.fallback_reason is not None:
            self._metrics.count("Fallbacks")
            self._metrics.count("Fallbacks", Reason=decision.fallback_reason)
        self._metrics.observe("Latency", (asyncio.get_running_loop().time() - received) * 1000)
