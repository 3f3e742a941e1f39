"""From a record's bytes to observations, one per entity of interest."""

from __future__ import annotations

import json
from dataclasses import dataclass

from event_contract.events import EventInvalid, read_event

from .windows import Observation, scaled

# An event from further ahead is a wrong clock; taken in, it would push every true event out of its entity's windows.
FUTURE_MS = 60_000
# What a decision record carries beside the event.
_DECISION_FIELDS = ("features", "decision")


@dataclass(frozen=True, slots=True)
class EntityObservation:
    """One observation of one entity."""

    entity: str
    token: str
    observation: Observation


def observations_of(payload: bytes, entities: tuple[str, ...], now_ms: int) -> list[EntityObservation]:
    """Observations of the entities that the event has; the payload is an event or a decision record.

    Raises:
        EventInvalid: no event; or one from more than a minute ahead of `now_ms`, with reason `from-the-future`.
    """
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise EventInvalid("not-json") from error
    if isinstance(document, dict):
        document = {name: value for name, value in document.items() if name not in _DECISION_FIELDS}
    event = read_event(document)
    time_ms = int(event.time.timestamp() * 1000)
    if time_ms > now_ms + FUTURE_MS:
        raise EventInvalid("from-the-future")
    seen = Observation(event.id, time_ms, scaled(event.amount), event.currency)
    return [EntityObservation(name, event.entities[name], seen) for name in entities if name in event.entities]
