from __future__ import annotations

import asyncio
import base64
from collections.abc import Collection
from typing import Any

import pytest
from memory_stream import no_sleep

from bridge.dead_letters import BATCH_MESSAGES, MESSAGE_BYTES, SqsDeadLetters, message_of
from bridge_core.dead_letters import Rejected


def rejected(payload: bytes = b"{broken", offset: int = 7) -> Rejected:
    return Rejected(payload, "not-json", "authorisations", 3, offset)


def test_text_goes_as_it_is_with_reason_and_place() -> None:
    body, attributes = message_of(rejected("{brökn €".encode()))
    assert body == "{brökn €"
    assert attributes == {
        "reason": "not-json",
        "topic": "authorisations",
        "partition": "3",
        "offset": "7",
        "encoding": "text",
    }


@pytest.mark.parametrize("payload", [b"\xff\xfe", b"with \x00 zero", b"\x1b[0m"])
def test_bytes_that_sqs_refuses_are_encoded_and_come_back_whole(payload: bytes) -> None:
    body, attributes = message_of(rejected(payload))
    assert attributes["encoding"] == "base64"
    assert base64.b64decode(body) == payload


def test_an_empty_record_still_makes_a_message() -> None:
    assert message_of(rejected(b"")) == ("-", message_of(rejected(b""))[1] | {"encoding": "empty"})


def test_what_no_message_can_hold_is_cut_and_says_so() -> None:
    body, attributes = message_of(rejected(b"a" * 900_000))
    assert attributes["encoding"] == "base64-truncated"
    assert len(body) <= MESSAGE_BYTES


class FakeSqs:
    """SendMessageBatch as the API answers; each call fails the bodies that it was told to, once."""

    def __init__(self, fail_once: Collection[str] = (), errors: int = 0) -> None:
        self.calls: list[list[str]] = []
        self.accepted: list[str] = []
        self._fail_once = set(fail_once)
        self._errors = errors

    async def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        assert len({entry["Id"] for entry in Entries}) == len(Entries)
        self.calls.append([entry["MessageBody"] for entry in Entries])
        if self._errors:
            self._errors -= 1
            raise TimeoutError
        failed = [entry for entry in Entries if entry["MessageBody"] in self._fail_once]
        self._fail_once -= {entry["MessageBody"] for entry in failed}
        self.accepted += [entry["MessageBody"] for entry in Entries if entry not in failed]
        return {"Failed": [{"Id": entry["Id"], "SenderFault": False, "Code": "InternalError"} for entry in failed]}


def send(client: FakeSqs, *records: Rejected) -> int:
    beats: list[int] = []
    asyncio.run(SqsDeadLetters(client, "https://queue", lambda: beats.append(1), no_sleep).send(records))
    return len(beats)


def test_only_the_refused_messages_are_sent_again() -> None:
    client = FakeSqs({"b1", "b3"})
    beats = send(client, *(rejected(f"b{index}".encode()) for index in range(4)))
    assert client.calls == [["b0", "b1", "b2", "b3"], ["b1", "b3"]]
    assert sorted(client.accepted) == ["b0", "b1", "b2", "b3"]
    assert beats == 2


def test_a_queue_that_is_down_is_tried_until_it_accepts() -> None:
    client = FakeSqs(errors=5)
    send(client, rejected())
    assert (len(client.calls), client.accepted) == (6, ["{broken"])


def test_batches_keep_the_limits() -> None:
    client = FakeSqs()
    send(client, *(rejected(b"x" * 100, offset) for offset in range(25)))
    assert [len(call) for call in client.calls] == [BATCH_MESSAGES, BATCH_MESSAGES, 5]
    client = FakeSqs()
    send(client, *(rejected(b"x" * 200_000, offset) for offset in range(3)))
    assert [len(call) for call in client.calls] == [1, 1, 1]
