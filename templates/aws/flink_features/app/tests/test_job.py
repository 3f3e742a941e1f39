"""The wiring, in a local mini cluster, against a cache on loopback."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any

import pytest
from events_for_tests import payload
from fake_valkey import FakeValkey
from valkey.cluster import ValkeyCluster

from feature_layout.layout import FeatureLayout
from velocity_core.writer import FeatureWriter, HashUpdate, ValkeyWriter, WriteFailed

pytest.importorskip("pyflink", reason="apache-flink is not installed: see requirements-dev.txt")

from pyflink.common import Row, Types
from pyflink.datastream import StreamExecutionEnvironment

from velocity.job import FLUSH_RETRY_MS, WriteBatches, build, prompt

LAYOUT = FeatureLayout.load()


@dataclass(frozen=True)
class OpenPlainWriter:
    """To the cache on loopback, which has neither TLS nor IAM."""

    port: int

    def __call__(self) -> FeatureWriter:
        return ValkeyWriter(ValkeyCluster(host="127.0.0.1", port=self.port), LAYOUT.time_to_live_seconds)


@dataclass(frozen=True)
class HoldOpen:
    """Keeps the input open at its last record until the cache has what is expected: an ended input ends its timers."""

    port: int

    def __call__(self, row: Row) -> Row:
        if bytes(row[0]) == b"end":
            client: Any = ValkeyCluster(host="127.0.0.1", port=self.port, decode_responses=True)
            until = time.monotonic() + 30
            while client.hgetall("f:merchant:{m1}").get("count_60m") != "3" and time.monotonic() < until:
                time.sleep(0.1)
        return row


def test_events_become_hashes_in_the_cache() -> None:
    now = int(time.time() * 1000)
    payloads = [
        payload(1, now - 90_000, card="c1", merchant="m1"),
        payload(2, now - 1_000, card="c1", merchant="m1", amount="5.50"),
        payload(2, now - 1_000, card="c1", merchant="m1", amount="5.50"),
        payload(3, now, card="c2", merchant="m1"),
        b"no event",
        payload(4, now + 3_600_000, card="c1"),
        b"end",
    ]
    with FakeValkey() as server:
        environment = StreamExecutionEnvironment.get_execution_environment()
        environment.set_parallelism(1)
        environment.set_python_executable(sys.executable)
        configuration = prompt()
        # One record a bundle: the held one must not hold back those before it.
        configuration.set_integer("python.fn-execution.bundle.size", 1)
        environment.configure(configuration)
        row_type = Types.ROW([Types.PRIMITIVE_ARRAY(Types.BYTE())])
        rows = environment.from_collection([Row(p) for p in payloads], row_type).map(HoldOpen(server.port), row_type)
        build(rows, ("card", "merchant"), LAYOUT, OpenPlainWriter(server.port))
        environment.execute()
        assert sorted(server.hashes) == ["f:card:{c1}", "f:card:{c2}", "f:merchant:{m1}"]
        card = server.hashes["f:card:{c1}"]
        assert (card["count_1m"], card["count_5m"], card["amount_5m_EUR"]) == ("1", "2", "15.5")
        assert server.hashes["f:merchant:{m1}"]["count_60m"] == "3"
        assert server.expiries["f:card:{c2}"] == LAYOUT.time_to_live_seconds


class Timers:
    """Flink's timer service at a standstill."""

    def __init__(self) -> None:
        self.registered: list[int] = []

    def timer_service(self) -> Timers:
        return self

    def current_processing_time(self) -> int:
        return 1_000

    def register_processing_time_timer(self, at: int) -> None:
        self.registered.append(at)


class Memory:
    """State of one key."""

    def __init__(self) -> None:
        self.items_: dict[str, HashUpdate] = {}
        self.value_: int | None = None

    def get(self, key: str) -> HashUpdate | None:
        return self.items_.get(key)

    def put(self, key: str, value: HashUpdate) -> None:
        self.items_[key] = value

    def values(self) -> list[HashUpdate]:
        return list(self.items_.values())

    def value(self) -> int | None:
        return self.value_

    def update(self, value: int) -> None:
        self.value_ = value

    def clear(self) -> None:
        self.items_.clear()
        self.value_ = None


class Runtime:
    """Gives empty state and a counter."""

    def __init__(self) -> None:
        self.failures = 0

    def get_map_state(self, _: object) -> Memory:
        return Memory()

    get_state = get_map_state

    def get_metrics_group(self) -> Runtime:
        return self

    def counter(self, _: str) -> Runtime:
        return self

    def inc(self) -> None:
        self.failures += 1


class BrokenThenWell:
    """A writer that fails once."""

    def __init__(self) -> None:
        self.written: list[HashUpdate] = []
        self.tries = 0

    def write(self, updates: list[HashUpdate]) -> None:
        self.tries += 1
        if self.tries == 1:
            raise WriteFailed from ConnectionError()
        self.written += updates

    def close(self) -> None:
        return None


def test_updates_wait_for_a_cache_that_is_down_and_the_newest_wins() -> None:
    writer: Any = BrokenThenWell()
    timers: Any = Timers()
    runtime: Any = Runtime()
    batches = WriteBatches(lambda: writer)
    batches.open(runtime)
    batches.process_element(HashUpdate("k", {"count_1m": "1"}, fresh=True), timers)
    assert list(batches.on_timer(0, timers)) == []
    assert timers.registered[-1] == timers.current_processing_time() + FLUSH_RETRY_MS
    batches.process_element(HashUpdate("k", {"count_1m": "2"}, fresh=False), timers)
    assert list(batches.on_timer(0, timers)) == ["k"]
    assert writer.written == [HashUpdate("k", {"count_1m": "2"}, fresh=True)]
    assert runtime.failures == 1
