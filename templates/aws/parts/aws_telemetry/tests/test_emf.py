from __future__ import annotations

import asyncio
import json
from typing import Any

from aws_telemetry.emf import EmfWriter
from service_telemetry.metrics import Metrics


class Bench:
    """Metrics with their lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        writer = EmfWriter("archgen/payments-fraud", "scoring", self.lines.append)
        self.metrics = Metrics(writer, clock=lambda: 1_800_000_000.5)

    def flushed(self) -> list[dict[str, Any]]:
        self.lines.clear()
        asyncio.run(self.metrics.flush())
        return [json.loads(line) for line in self.lines]


def test_each_line_is_valid_embedded_metric_format() -> None:
    bench = Bench()
    bench.metrics.count("Decisions", 3)
    bench.metrics.count("Decisions", 2, Outcome="approve")
    bench.metrics.observe("Latency", 12.0)
    bench.metrics.gauge("PublishQueueDepth", lambda: 7)
    lines = bench.flushed()
    for line in lines:
        assert line["_aws"]["Timestamp"] == 1_800_000_000_500
        for directive in line["_aws"]["CloudWatchMetrics"]:
            assert directive["Namespace"] == "archgen/payments-fraud"
            assert all(name in line for dimensions in directive["Dimensions"] for name in dimensions)
            for metric in directive["Metrics"]:
                value = line[metric["Name"]]
                assert isinstance(value, int | float) or len(value) <= 100
    assert lines[1]["Outcome"] == "approve"


def test_units_and_dimensions_are_those_that_alarms_and_dashboards_read() -> None:
    bench = Bench()
    bench.metrics.percentage("FallbackRate", "Fallbacks", "Decisions")
    bench.metrics.count("Decisions", 2)
    bench.metrics.count("Fallbacks")
    bench.metrics.count("Fallbacks", Reason="model-error")
    bench.metrics.observe("Latency", 12.0)
    bench.metrics.gauge("PublishQueueDepth", lambda: 7)
    component, by_reason = bench.flushed()
    directive = component["_aws"]["CloudWatchMetrics"][0]
    assert (directive["Dimensions"], component["Component"]) == ([["Component"]], "scoring")
    assert {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]} == {
        "Decisions": "Count",
        "Fallbacks": "Count",
        "PublishQueueDepth": "None",
        "Latency": "Milliseconds",
        "FallbackRate": "Percent",
    }
    assert len(component["Latency"]) == 100
    assert by_reason["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Component", "Reason"]]
    assert (by_reason["Reason"], by_reason["Fallbacks"]) == ("model-error", 1)


def test_an_interval_starts_from_nothing_and_says_so() -> None:
    bench = Bench()
    bench.metrics.always("Decisions")
    bench.metrics.percentage("FallbackRate", "Fallbacks", "Decisions")
    bench.metrics.count("Decisions")
    bench.metrics.count("Fallbacks")
    (first,), (second,) = bench.flushed(), bench.flushed()
    assert (first["Decisions"], first["FallbackRate"]) == (1, 100.0)
    assert second["Decisions"] == 0
    assert "FallbackRate" not in second
