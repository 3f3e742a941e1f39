from __future__ import annotations

import json

import pytest

from scoring.emf import VALUES_PER_METRIC, Histogram, Metrics


def test_quantiles_keep_the_percentiles_within_two_percent() -> None:
    histogram = Histogram()
    for value in range(1, 10_001):
        histogram.add(value / 100)
    values = histogram.quantiles(VALUES_PER_METRIC)
    assert len(values) == VALUES_PER_METRIC
    assert values[49] == pytest.approx(50, rel=0.03)
    assert values[98] == pytest.approx(98.5, rel=0.03)


def test_a_single_slow_request_among_few_is_seen() -> None:
    histogram = Histogram()
    for value in (5.0, 5.0, 5.0, 90.0):
        histogram.add(value)
    assert max(histogram.quantiles(VALUES_PER_METRIC)) == pytest.approx(90, rel=0.03)


def test_each_line_is_valid_embedded_metric_format() -> None:
    lines: list[str] = []
    metrics = Metrics("archgen/payments-fraud", "scoring", write=lines.append, clock=lambda: 1_800_000_000.5)
    metrics.count("Decisions", 3)
    metrics.count("Decisions", 2, Outcome="approve")
    metrics.observe("Latency", 12.0)
    metrics.gauge("PublishQueueDepth", lambda: 7)
    metrics.flush()
    for text in lines:
        line = json.loads(text)
        assert line["_aws"]["Timestamp"] == 1_800_000_000_500
        for directive in line["_aws"]["CloudWatchMetrics"]:
            assert directive["Namespace"] == "archgen/payments-fraud"
            assert all(name in line for dimensions in directive["Dimensions"] for name in dimensions)
            for metric in directive["Metrics"]:
                value = line[metric["Name"]]
                assert isinstance(value, int | float) or len(value) <= 100
    assert json.loads(lines[1])["Outcome"] == "approve"


def test_an_interval_starts_from_nothing_and_says_so() -> None:
    lines: list[str] = []
    metrics = Metrics("archgen/test", "scoring", write=lines.append)
    metrics.always("Decisions")
    metrics.count("Decisions")
    metrics.count("Fallbacks")
    metrics.flush({"FallbackRate": ("Fallbacks", "Decisions")})
    metrics.flush({"FallbackRate": ("Fallbacks", "Decisions")})
    first, second = (json.loads(line) for line in lines)
    assert (first["Decisions"], first["FallbackRate"]) == (1, 100.0)
    assert second["Decisions"] == 0
    assert "FallbackRate" not in second
