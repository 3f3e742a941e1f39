from __future__ import annotations

import asyncio
import base64

from pubsub_server import PubSubServer

from bridge.dead_letters import PAYLOAD_BYTES, TopicDeadLetters, message_of
from bridge_core.dead_letters import Rejected

TOPIC = "projects/payments/topics/dead"


def rejected(payload: bytes = b"\xff not json", offset: int = 7) -> Rejected:
    return Rejected(payload, "not-json", "authorisations", 3, offset)


def test_the_payload_stays_as_it_was_and_says_where_it_came_from() -> None:
    message = message_of(rejected())
    assert base64.b64decode(message["data"]) == b"\xff not json"
    assert message["attributes"] == {"reason": "not-json", "topic": "authorisations", "partition": "3", "offset": "7"}


def test_one_that_is_too_large_is_cut_off_and_says_so() -> None:
    message = message_of(rejected(b"x" * (PAYLOAD_BYTES + 1)))
    assert len(base64.b64decode(message["data"])) == PAYLOAD_BYTES
    assert message["attributes"]["truncated"] == "true"


def test_every_one_is_sent_again_until_it_is_accepted() -> None:
    async def check() -> None:
        server = PubSubServer()
        server.failures = [503, 429]
        tries: list[int] = []
        pauses: list[float] = []

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)

        async with server.client() as pubsub:
            letters = TopicDeadLetters(pubsub, TOPIC, lambda: tries.append(1), sleep)
            await letters.send([rejected(offset=1), rejected(offset=2)])
        assert [message["attributes"]["offset"] for message in server.published] == ["1", "2"]
        assert (len(tries), len(pauses)) == (3, 2)

    asyncio.run(check())


def test_more_than_a_request_takes_is_sent_in_several() -> None:
    async def check() -> None:
        server = PubSubServer()
        async with server.client() as pubsub:
            letters = TopicDeadLetters(pubsub, TOPIC, lambda: None)
            await letters.send([rejected(b"x" * (PAYLOAD_BYTES // 2 + 1)) for _ in range(3)])
        assert (len(server.paths), len(server.published)) == (3, 3)

    asyncio.run(check())
