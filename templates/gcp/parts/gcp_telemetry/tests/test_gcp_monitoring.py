from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from metadata_server import MetadataServer

from gcp_identity.tokens import AccessTokens
from gcp_telemetry.monitoring import BUCKETS, FIRST_BOUND_MS, GROWTH, MonitoringWriter, distribution, snake
from service_telemetry.metrics import Histogram, Metrics


class Monitoring:
    """`timeSeries.create` on loopback."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.calls: list[list[dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []

    async def create(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        self.calls.append((await request.json())["timeSeries"])
        return web.json_response({}, status=self.status)


async def flushed(monitoring: Monitoring, fill: Any, times: int = 1) -> None:
    application = web.Application()
    application.router.add_post("/projects/payments/timeSeries", monitoring.create)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        with MetadataServer() as server:
            async with aiohttp.ClientSession() as session:
                writer = MonitoringWriter(
                    session,
                    AccessTokens(server.host),
                    project="payments",
                    location="europe-west1",
                    namespace="payments-fraud-prod",
                    component="scoring",
                    prefix="payments_fraud_prod/scoring",
                    task="task-1",
                    url=f"http://127.0.0.1:{runner.addresses[0][1]}",
                    clock=lambda: 1_800_000_000.0,
                )
                metrics = Metrics(writer, clock=lambda: 1_800_000_060.0)
                for _ in range(times):
                    fill(metrics)
                    await writer.write(metrics.snapshot())
    finally:
        await runner.cleanup()


def test_counts_are_cumulative_since_the_task_began() -> None:
    monitoring = Monitoring()
    asyncio.run(flushed(monitoring, lambda metrics: metrics.count("RecordsForwarded", 5), times=2))
    first, second = (call[0] for call in monitoring.calls)
    assert first["metric"]["type"] == "custom.googleapis.com/payments_fraud_prod/scoring/records_forwarded"
    assert (first["metricKind"], first["valueType"]) == ("CUMULATIVE", "INT64")
    assert [one["points"][0]["value"]["int64Value"] for one in (first, second)] == ["5", "10"]
    interval = first["points"][0]["interval"]
    assert interval == {"startTime": "2027-01-15T08:00:00Z", "endTime": "2027-01-15T08:01:00Z"}
    assert monitoring.headers[0]["Authorization"] == "Bearer token-1"


def test_a_task_is_told_apart_by_its_resource() -> None:
    monitoring = Monitoring()
    asyncio.run(flushed(monitoring, lambda metrics: metrics.gauge("ConsumerLag", lambda: 7)))
    ((series,),) = monitoring.calls
    assert series["resource"]["type"] == "generic_task"
    assert series["resource"]["labels"]["job"] == "scoring"
    assert series["points"][0]["value"] == {"doubleValue": 7.0}
    assert "startTime" not in series["points"][0]["interval"]


def test_what_is_also_told_apart_is_a_metric_of_its_own() -> None:
    monitoring = Monitoring()
    asyncio.run(flushed(monitoring, lambda metrics: metrics.count("Fallbacks", Reason="timeout")))
    ((series,),) = monitoring.calls
    assert series["metric"]["type"].endswith("/fallbacks_by_reason")
    assert series["metric"]["labels"] == {"reason": "timeout"}


def test_a_distribution_keeps_the_percentiles() -> None:
    histogram = Histogram()
    for value in range(1, 1001):
        histogram.add(float(value) / 10)
    found = distribution(histogram)
    counts = [int(number) for number in found["bucketCounts"]]
    assert sum(counts) == int(found["count"]) == 1000
    assert len(counts) == BUCKETS + 2
    seen, place = 0, 0
    while seen < 990:
        seen += counts[place]
        place += 1
    assert FIRST_BOUND_MS * GROWTH ** (place - 1) == pytest.approx(99.0, rel=0.12)


def test_no_observation_is_no_series() -> None:
    monitoring = Monitoring()
    asyncio.run(flushed(monitoring, lambda metrics: None))
    assert monitoring.calls == []


def test_more_series_than_a_call_takes_make_more_calls() -> None:
    monitoring = Monitoring()

    def fill(metrics: Metrics) -> None:
        for number in range(201):
            metrics.count("Seen", Kind=f"kind-{number}")

    asyncio.run(flushed(monitoring, fill))
    assert [len(call) for call in monitoring.calls] == [200, 1]


def test_a_refusal_is_an_error_that_the_core_logs() -> None:
    with pytest.raises(aiohttp.ClientResponseError):
        asyncio.run(flushed(Monitoring(status=429), lambda metrics: metrics.count("Decisions")))


@pytest.mark.parametrize(("name", "snaked"), [("ConsumerLag", "consumer_lag"), ("Latency", "latency")])
def test_names_are_those_that_are_declared(name: str, snaked: str) -> None:
    assert snake(name) == snaked
