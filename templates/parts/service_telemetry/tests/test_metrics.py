from __future__ import annotations

import asyncio

import pytest
from memory_metrics import MemoryMetrics, flushed

from service_telemetry.metrics import Histogram, Metric, Metrics, Snapshot, Unit


def test_quantiles_keep_the_percentiles_within_two_percent() -> None:
    histogram = Histogram()
    for value in range(1, 10_001):
        histogram.add(value / 100)
    values = histogram.quantiles(100)
    assert len(values) == 100
    assert values[49] == pytest.approx(50, rel=0.03)
    assert values[98] == pytest.approx(98.5, rel=0.03)


def test_a_single_slow_request_among_few_is_seen() -> None:
    histogram = Histogram()
    for value in (5.0, 5.0, 5.0, 90.0):
        histogram.add(value)
    assert max(histogram.quantiles(100)) == pytest.approx(90, rel=0.03)


def test_an_interval_starts_from_nothing_and_says_so() -> None:
    metrics = Metrics(MemoryMetrics())
    metrics.always("Decisions")
    metrics.percentage("FallbackRate", "Fallbacks", "Decisions")
    metrics.count("Decisions")
    metrics.count("Fallbacks")
    (first,), (second,) = flushed(metrics), flushed(metrics)
    assert (first["Decisions"], first["FallbackRate"]) == (1, 100.0)
    assert second == {"Decisions": 0}


def test_the_component_as_a_whole_stands_before_its_dimensions() -> None:
    metrics = Metrics(MemoryMetrics(), clock=lambda: 1_800_000_000.5)
    metrics.count("Decisions", 2, Outcome="approve", DecidedBy="model")
    metrics.count("Decisions", 3)
    metrics.gauge("PublishQueueDepth", lambda: 7)
    assert metrics.snapshot() == Snapshot(
        1_800_000_000.5,
        (
            ((), (Metric("Decisions", Unit.COUNT, 3), Metric("PublishQueueDepth", Unit.NUMBER, 7))),
            ((("DecidedBy", "model"), ("Outcome", "approve")), (Metric("Decisions", Unit.COUNT, 2),)),
        ),
    )


def test_metrics_that_cannot_be_written_do_not_stop_the_service(caplog: pytest.LogCaptureFixture) -> None:
    class Down:
        async def write(self, snapshot: Snapshot) -> None:
            raise ConnectionError("tok_card")

    asyncio.run(Metrics(Down()).flush())
    assert caplog.messages == ["metrics not written"]
