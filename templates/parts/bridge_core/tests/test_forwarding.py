from __future__ import annotations

import asyncio

import pytest
from bridge_for_tests import Parts, messages, payload
from memory_stream import LIMITS


def test_records_go_unchanged_under_the_card_token() -> None:
    async def check() -> None:
        parts = Parts(messages(payload(1), payload(2)))
        await parts.forwarder.turn()
        assert [record.data for record in parts.stream.accepted] == [payload(1), payload(2)]
        assert [record.key for record in parts.stream.accepted] == ["tok_card_1", "tok_card_2"]

    asyncio.run(check())


def test_the_partition_entity_is_configurable_and_its_absence_is_no_error() -> None:
    async def check() -> None:
        parts = Parts(messages(payload(1), payload(2, entities={"card": "c"})), partition_entity="merchant")
        await parts.forwarder.turn()
        assert [record.key for record in parts.stream.accepted] == ["tok_merchant", "event-2"]

    asyncio.run(check())


def test_offsets_are_committed_after_the_last_refused_record_was_accepted() -> None:
    async def check() -> None:
        parts = Parts(messages(payload(1), payload(2), payload(3)), refusals=[[0, 2], [1]])
        await parts.forwarder.turn()
        assert parts.log == ["write 3 refuse 2", "write 2 refuse 1", "write 1 refuse 0", "commit"]
        assert len(parts.stream.accepted) == 3
        assert parts.flushed()["WriteFailures"] == 3

    asyncio.run(check())


@pytest.mark.parametrize("edge", ["stream_gate", "queue_gate"])
def test_nothing_is_committed_while_stream_or_queue_has_not_accepted(edge: str) -> None:
    async def check() -> None:
        gate = asyncio.Event()
        parts = Parts(messages(payload(1), b"poison"), **{edge: gate})
        turn = asyncio.create_task(parts.forwarder.turn())
        await asyncio.sleep(0.02)
        assert "commit" not in parts.log
        gate.set()
        await turn
        assert parts.log[-1] == "commit"

    asyncio.run(check())


def test_a_turn_that_is_given_up_commits_nothing() -> None:
    async def check() -> None:
        parts = Parts(messages(payload(1)), stream_gate=asyncio.Event())
        turn = asyncio.create_task(parts.forwarder.turn())
        await asyncio.sleep(0.02)
        turn.cancel()
        await asyncio.gather(turn, return_exceptions=True)
        assert parts.source.committed == []

    asyncio.run(check())


def test_poison_goes_to_the_dead_letters_and_holds_nothing_up() -> None:
    async def check() -> None:
        tombstone, huge = b"", payload(9, attributes={"note": "x"}) + b" " * LIMITS.record_bytes
        parts = Parts(messages(payload(1), b"{broken", tombstone, huge, payload(2), first=70))
        await parts.forwarder.turn()
        assert [(r.reason, r.offset) for r in parts.dead_letters.rejected] == [
            ("not-json", 71),
            ("not-json", 72),
            ("too-large", 73),
        ]
        assert parts.dead_letters.rejected[0].payload == b"{broken"
        assert len(parts.stream.accepted) == 2
        assert len(parts.source.committed) == 1
        line = parts.flushed()
        assert (line["RecordsForwarded"], line["RecordsDeadLettered"], line["ConsumerLag"]) == (2, 3, 42)

    asyncio.run(check())


def test_a_card_number_never_reaches_the_stream_or_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def check() -> None:
        parts = Parts(messages(payload(1, entities={"card": "4111111111111111"})))
        await parts.forwarder.turn()
        assert parts.stream.accepted == []
        assert len(parts.dead_letters.rejected) == 1

    with caplog.at_level("DEBUG"):
        asyncio.run(check())
    assert caplog.records
    assert "4111" not in caplog.text + "".join(str(record.__dict__) for record in caplog.records)


def test_a_rebalance_in_the_middle_is_counted_and_survived() -> None:
    async def check() -> None:
        parts = Parts(messages(payload(1)), messages(payload(2)), rebalanced=True)
        await parts.forwarder.turn()
        await parts.forwarder.turn()
        assert parts.flushed()["CommitFailures"] == 2

    asyncio.run(check())


def test_stop_finishes_the_turn_under_way() -> None:
    async def check() -> None:
        gate, stop = asyncio.Event(), asyncio.Event()
        parts = Parts(messages(payload(1)), messages(payload(2)), stream_gate=gate)
        running = asyncio.create_task(parts.forwarder.run(stop))
        await asyncio.sleep(0.02)
        stop.set()
        gate.set()
        await asyncio.wait_for(running, 1.0)
        assert len(parts.source.committed) == 1

    asyncio.run(check())


def test_a_stream_that_throttles_for_long_does_not_make_the_bridge_look_dead() -> None:
    async def check() -> None:
        parts = Parts(messages(payload(1)), refusals=[[0]] * 50)
        await parts.forwarder.turn()
        assert parts.beats == 51

    asyncio.run(check())


def test_more_than_one_batch_is_written_before_the_commit() -> None:
    async def check() -> None:
        parts = Parts(messages(*(payload(number) for number in range(1_200))))
        await parts.forwarder.turn()
        assert sorted(parts.log[:-1]) == ["write 200 refuse 0", "write 500 refuse 0", "write 500 refuse 0"]
        assert parts.log[-1] == "commit"

    asyncio.run(check())
