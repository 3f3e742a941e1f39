from __future__ import annotations

import json

import pytest
from events_for_tests import payload

from event_contract.events import EventInvalid
from velocity_core.parsing import FUTURE_MS, observations_of

NOW = 1_800_000_000_000


def test_one_observation_per_entity_of_interest() -> None:
    seen = observations_of(payload(1, NOW, card="c1", merchant="m1", device="d1"), ("card", "merchant"), NOW)
    assert [(o.entity, o.token) for o in seen] == [("card", "c1"), ("merchant", "m1")]
    assert seen[0].observation.time_ms == NOW
    assert seen[0].observation.amount == 100_000


def test_a_decision_record_counts_as_its_event() -> None:
    event = json.loads(payload(1, NOW))
    record = json.dumps(event | {"features": {"card": {"count_1m": 1.0}}, "decision": {"outcome": "approve"}}).encode()
    assert observations_of(record, ("card",), NOW) == observations_of(payload(1, NOW), ("card",), NOW)


def test_a_clock_that_runs_ahead_does_not_empty_the_windows() -> None:
    with pytest.raises(EventInvalid, match="from-the-future"):
        observations_of(payload(1, NOW + FUTURE_MS + 1), ("card",), NOW)


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"id": "x"}'])
def test_what_is_no_event_is_refused(broken: bytes) -> None:
    with pytest.raises(EventInvalid):
        observations_of(broken, ("card",), NOW)
