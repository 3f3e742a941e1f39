from __future__ import annotations

import asyncio
import json

from azure_telemetry.lines import LineWriter
from service_telemetry.metrics import Metrics


def _written(fill: object) -> list[dict[str, object]]:
    lines: list[str] = []
    metrics = Metrics(LineWriter("payments-fraud-prod", "scoring", lines.append))
    fill(metrics)  # type: ignore[operator]
    asyncio.run(metrics.flush())
    return [json.loads(line) for line in lines]


def test_the_whole_stands_on_a_line_of_its_own() -> None:
    def fill(metrics: Metrics) -> None:
        metrics.count("Decisions", 3)
        metrics.count("Decisions", 2, Outcome="approve")

    whole, told_apart = _written(fill)
    assert (whole["Decisions"], whole["component"], "by" in whole) == (3, "scoring", False)
    assert (told_apart["Decisions"], told_apart["by"]) == (2, {"Outcome": "approve"})


def test_a_duration_has_its_slowest_hundredth() -> None:
    def fill(metrics: Metrics) -> None:
        for milliseconds in range(1, 1001):
            metrics.observe("Latency", milliseconds)

    (line,) = _written(fill)
    assert abs(float(str(line["Latency_p99"])) - 990) < 25
    assert abs(float(str(line["Latency_p50"])) - 500) < 15


def test_nothing_to_say_is_no_line() -> None:
    assert _written(lambda metrics: None) == []
