"""Decisions as values: what is answered, and what is published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from event_contract.events import Event
from record_streams.streams import Record

from .features import EntityFeatures
from .policy import Outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    `decided_by` is `model` (model and rules) or `rules` (rules alone); then `fallback_reason` says why: `timeout`,
    `model-error`, `feature-error`, `overload` or `internal-error`. `decided_at` is in seconds since the epoch.
    """

    event_id: str
    outcome: Outcome
    reasons: tuple[str, ...]
    decided_by: str
    fallback_reason: str | None
    score: float | None
    model_version: str | None
    policy_version: str
    decided_at: float

    def document(self) -> dict[str, Any]:
        """The JSON of `openapi.yaml`, schema `Decision`."""
        return {
            "event_id": self.event_id,
            "outcome": self.outcome.value,
            "reasons": list(self.reasons),
            "decided_by": self.decided_by,
            "fallback_reason": self.fallback_reason,
            "score": self.score,
            "model_version": self.model_version,
            "policy_version": self.policy_version,
            "decided_at": datetime.fromtimestamp(self.decided_at, UTC).isoformat(timespec="milliseconds"),
        }


def decision_record(event: Event, features: Mapping[str, EntityFeatures], decision: Decision) -> Record:
    """The record for the stream: the event, what was known of it, and the decision (`decision_record.schema.json`).

    The features go along as they were at that moment, so that training sees what scoring saw. The key is the card's
    token, so that one card's decisions stay in order; an event without a card goes by its own id.
    """
    document = {
        **event.document,
        "features": {entity: dict(values) for entity, values in features.items()},
        "decision": decision.document(),
    }
    key = event.entities.get("card", event.id)
    return Record(key, json.dumps(document, separators=(",", ":")).encode())
