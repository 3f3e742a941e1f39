from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import fastjsonschema
import pytest
from event_documents import event
from memory_stream import MemoryStream
from scoring_for_tests import FixedFeatures, FixedModel, Parts

import scoring_core
from scoring_core.features import FeatureError
from scoring_core.model import ModelError
from scoring_core.policy import Outcome
from scoring_core.recent import EventConflict

SCHEMA = Path(scoring_core.__file__).with_name("decision_record.schema.json")


def test_the_model_decides_within_the_deadline() -> None:
    async def check() -> None:
        parts = Parts(model=FixedModel(score=0.95))
        decision = await parts.decide(event())
        assert (decision.outcome, decision.decided_by, decision.fallback_reason) == (Outcome.DECLINE, "model", None)
        assert decision.reasons == ("MODEL_SCORE", "NEW_DEVICE")
        assert (decision.score, decision.model_version) == (0.95, "model-7")

    asyncio.run(check())


@pytest.mark.parametrize(("features_delay", "model_delay"), [(0.0, 5.0), (5.0, 0.0)])
def test_the_rules_decide_at_the_deadline(features_delay: float, model_delay: float) -> None:
    async def check() -> None:
        parts = Parts(FixedFeatures(delay=features_delay), FixedModel(delay=model_delay), fallback_after=0.05)
        start = time.perf_counter()
        decision = await parts.decide(event())
        took = time.perf_counter() - start
        assert (decision.decided_by, decision.fallback_reason, decision.score) == ("rules", "timeout", None)
        assert 0.045 <= took < 0.5

    asyncio.run(check())


def test_the_deadline_counts_from_receipt() -> None:
    async def check() -> None:
        parts = Parts(model=FixedModel(delay=0.05), fallback_after=0.2)
        late = asyncio.get_running_loop().time() - 0.19
        assert (await parts.decider.decide(event(), late)).fallback_reason == "timeout"

    asyncio.run(check())


def test_a_late_model_does_not_lose_the_features_for_the_rules() -> None:
    async def check() -> None:
        features = FixedFeatures({"card": {"count_1m": 50.0}})
        decision = await Parts(features, FixedModel(delay=5.0), fallback_after=0.05).decide(event())
        assert (decision.outcome, decision.reasons) == (Outcome.DECLINE, ("VELOCITY_CARD_COUNT_1M",))

    asyncio.run(check())


@pytest.mark.parametrize(
    ("features", "model", "reason"),
    [
        (FixedFeatures(), FixedModel(error=ModelError("out of contract")), "model-error"),
        (FixedFeatures(error=FeatureError("down")), FixedModel(), "feature-error"),
        (FixedFeatures(), FixedModel(error=ZeroDivisionError()), "internal-error"),
    ],
)
def test_a_failure_is_decided_by_the_rules_and_named(features: FixedFeatures, model: FixedModel, reason: str) -> None:
    async def check() -> None:
        decision = await Parts(features, model).decide(event())
        assert (decision.decided_by, decision.fallback_reason, decision.outcome) == ("rules", reason, Outcome.APPROVE)

    asyncio.run(check())


def test_too_many_unfinished_readings_are_not_joined_by_more() -> None:
    async def check() -> None:
        parts = Parts(model=FixedModel(delay=5.0), fallback_after=0.02, max_unfinished=3)
        decisions = [await parts.decide(event(id=f"event-{number}")) for number in range(5)]
        assert [d.fallback_reason for d in decisions] == ["timeout"] * 3 + ["overload"] * 2
        assert len(parts.model.requests) == 3

    asyncio.run(check())


def test_a_repeat_gets_the_same_decision_and_is_published_once() -> None:
    async def check() -> None:
        parts = Parts()
        first = await parts.decide(event())
        parts.model.error = ModelError("down")
        assert await parts.decide(event()) is first
        assert await parts.publisher.drain(1.0) == 0
        assert len(parts.stream.accepted) == 1

    asyncio.run(check())


def test_repeats_at_the_same_moment_share_one_decision() -> None:
    async def check() -> None:
        parts = Parts(model=FixedModel(delay=0.02))
        decisions = await asyncio.gather(*(parts.decide(event()) for _ in range(10)))
        assert all(decision is decisions[0] for decision in decisions)
        assert len(parts.model.requests) == 1

    asyncio.run(check())


def test_an_id_with_other_content_is_a_conflict() -> None:
    async def check() -> None:
        parts = Parts()
        await parts.decide(event())
        with pytest.raises(EventConflict):
            await parts.decide(event(amount={"value": "12.35", "currency": "EUR"}))

    asyncio.run(check())


def test_a_caller_that_hangs_up_leaves_the_event_decidable() -> None:
    async def check() -> None:
        parts = Parts(model=FixedModel(delay=0.1))
        hanging = asyncio.create_task(parts.decide(event()))
        await asyncio.sleep(0.02)
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)
        assert (await parts.decide(event())).decided_by == "model"

    asyncio.run(check())


def test_the_published_record_follows_its_schema_and_goes_by_the_card() -> None:
    async def check() -> None:
        parts = Parts()
        decision = await parts.decide(event())
        await parts.publisher.drain(1.0)
        record = parts.stream.accepted[0]
        document = json.loads(record.data)
        fastjsonschema.compile(json.loads(SCHEMA.read_text(encoding="utf-8")))(document)
        assert record.key == "tok_card_7f3"
        assert document["decision"] == decision.document()
        assert document["features"] == {"card": {"count_1m": 1.0}}

    asyncio.run(check())


def test_the_reply_does_not_wait_for_the_stream() -> None:
    async def check() -> None:
        parts = Parts(stream=MemoryStream(gate=asyncio.Event()))
        await asyncio.wait_for(parts.decide(event()), 1.0)
        assert parts.publisher.depth == 1

    asyncio.run(check())


def test_metrics_of_a_minute() -> None:
    async def check() -> None:
        parts = Parts()
        await parts.decide(event(id="event-1"))
        await parts.decide(event(id="event-2"))
        parts.model.error = ModelError("down")
        await parts.decide(event(id="event-3"))
        await parts.decide(event(id="event-4"))
        component, *by_dimension = parts.flushed()
        assert component["Decisions"] == 4
        assert component["FeatureMisses"] == 8
        assert (component["Fallbacks"], component["FallbackRate"]) == (2, 50.0)
        assert len(component["Latency"]) == 10
        expected = {"Outcome": "approve", "DecidedBy": "model", "Decisions": 2}
        assert any(expected.items() <= line.items() for line in by_dimension)
        assert any({"Reason": "model-error", "Fallbacks": 2}.items() <= line.items() for line in by_dimension)

    asyncio.run(check())
