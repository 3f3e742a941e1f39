from __future__ import annotations

import asyncio
import json

from event_documents import event

from event_contract.events import parse_event
from scoring_core.recent import RecentDecisions


def test_forgets_by_age_and_by_number() -> None:
    async def check() -> None:
        now = [0.0]
        recent = RecentDecisions(window_seconds=10, capacity=2, clock=lambda: now[0])
        recent.start(event(id="a"))
        now[0] = 5.0
        recent.start(event(id="b"))
        assert recent.find(event(id="a")) is not None
        now[0] = 11.0
        assert recent.find(event(id="a")) is None
        assert recent.find(event(id="b")) is not None
        recent.start(event(id="c"))
        recent.start(event(id="d"))
        assert recent.find(event(id="b")) is None

    asyncio.run(check())


def test_the_order_of_fields_does_not_make_an_event_another_one() -> None:
    async def check() -> None:
        recent = RecentDecisions()
        given = event()
        started = recent.start(given)
        turned = parse_event(json.dumps(dict(reversed(list(given.document.items())))).encode())
        assert list(turned.document) != list(given.document)
        assert recent.find(turned) is started

    asyncio.run(check())
