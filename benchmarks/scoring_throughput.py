"""Throughput of the scoring service on one core: HTTPS on loopback, with features and model of a given latency.

    python benchmarks/assemble.py aws scoring_service /tmp/scoring
    PYTHONPATH=/tmp/scoring python benchmarks/scoring_throughput.py [--model endpoint]

The service runs in a process of its own on one core, the load on another. `in-process` measures the service alone;
`endpoint` adds signing and the HTTP call of a SageMaker endpoint, which a third process plays. The figure to size by is
`requests per core-second`: requests divided by the CPU seconds that the service took, whichever side limits the load.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import ssl
import statistics
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

import aiohttp
from aiohttp import web
from botocore.credentials import ReadOnlyCredentials

from aws_streams.streams import LIMITS
from aws_telemetry.emf import EmfWriter
from card_tokens.guard import CardGuard
from event_contract.events import Event
from record_streams.streams import Record
from scoring.model import SageMakerModel
from scoring_core.certificate import server_context
from scoring_core.deciding import Decider
from scoring_core.features import EntityFeatures
from scoring_core.model import Model, ModelAnswer
from scoring_core.policy import load_policy
from scoring_core.publishing import Publisher
from scoring_core.service import Readiness, Service
from service_telemetry.metrics import Metrics

FEATURES_SECONDS = 0.002
MODEL_SECONDS = 0.010
FALLBACK_SECONDS = 0.080
ENTITIES = ("card", "merchant", "device")
ANSWER: Mapping[str, Any] = {"score": 0.12, "reasons": ["NEW_DEVICE"], "model_version": "benchmark"}
KNOWN = {f"{kind}_{window}": 2.0 for kind in ("count", "amount") for window in ("1m", "5m", "60m")}


class SlowFeatures:
    """Known entities, after the cache's latency."""

    async def read(self, event: Event) -> Mapping[str, EntityFeatures]:
        """See `FeatureSource.read`."""
        await asyncio.sleep(FEATURES_SECONDS)
        return dict.fromkeys(ENTITIES, KNOWN)


class SlowModel:
    """A fixed answer, after the endpoint's latency."""

    async def score(self, request: Mapping[str, Any]) -> ModelAnswer:
        """See `Model.score`."""
        await asyncio.sleep(MODEL_SECONDS)
        return ModelAnswer(ANSWER["score"], tuple(ANSWER["reasons"]), ANSWER["model_version"])


class SlowStream:
    """Accepts everything after the latency of one PutRecords."""

    limits = LIMITS

    async def write(self, records: Sequence[Record]) -> Sequence[Record]:
        """See `StreamWriter.write`."""
        await asyncio.sleep(0.02)
        return ()


class FixedCredentials:
    """Credentials that never expire."""

    async def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """The same at each call."""
        return ReadOnlyCredentials("AKIDEXAMPLE", "secret", "session", None)


async def _endpoint(request: web.Request) -> web.Response:
    await request.read()
    await asyncio.sleep(MODEL_SECONDS)
    return web.json_response(ANSWER)


async def _listen(application: web.Application, tls: bool) -> tuple[web.AppRunner, int]:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context() if tls else None).start()
    return runner, runner.addresses[0][1]


def play_endpoint(pipe: Connection) -> None:
    """Child process: a SageMaker runtime until told to stop."""

    async def run() -> None:
        application = web.Application()
        application.router.add_post("/endpoints/benchmark/invocations", _endpoint)
        runner, port = await _listen(application, tls=False)
        pipe.send(port)
        await asyncio.to_thread(pipe.recv)
        await runner.cleanup()

    asyncio.run(run())


def serve(pipe: Connection, core: int | None, endpoint_port: int | None) -> None:
    """Child process: the service; sends its port, and at each message the CPU seconds that it has used so far."""
    if core is not None:
        os.sched_setaffinity(0, {core})

    async def run() -> None:
        metrics = Metrics(EmfWriter("archgen/benchmark", "scoring", lambda line: None))
        publisher = Publisher(SlowStream(), metrics)
        publisher.start()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=512)) as session:
            model: Model = SlowModel()
            if endpoint_port is not None:
                base = f"http://127.0.0.1:{endpoint_port}"
                model = SageMakerModel(session, FixedCredentials(), base, "eu-west-1", "benchmark")
            decider = Decider(
                SlowFeatures(),
                model,
                load_policy(),
                publisher,
                metrics,
                entities=ENTITIES,
                fallback_after=FALLBACK_SECONDS,
            )
            runner, port = await _listen(
                Service(decider, metrics, Readiness(ready=True), CardGuard(None)).application(), tls=True
            )
            pipe.send(port)
            while await asyncio.to_thread(pipe.recv) != "stop":
                pipe.send((time.process_time(), metrics.total("Fallbacks")))
            await runner.cleanup()

    asyncio.run(run())


def _request(number: int) -> bytes:
    body = json.dumps(
        {
            "id": f"event-{number}",
            "time": "2026-11-01T10:00:00Z",
            "amount": {"value": "12.34", "currency": "EUR"},
            "entities": {entity: f"tok_{entity}_{number}" for entity in ENTITIES},
            "attributes": {"channel": "ecommerce", "country": "DE", "attempt": 1},
        }
    ).encode()
    head = f"POST /v1/decisions HTTP/1.1\r\nHost: scoring\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _caller(port: int, first: int, step: int, until: float, latencies: list[float]) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
    number = first
    while time.perf_counter() < until:
        start = time.perf_counter()
        writer.write(_request(number))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.splitlines()[0].decode())
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        latencies.append(time.perf_counter() - start)
        number += step
    writer.close()


async def _load(port: int, connections: int, seconds: float, first: int) -> list[float]:
    latencies: list[float] = []
    until = time.perf_counter() + seconds
    callers = (_caller(port, first + index, connections, until, latencies) for index in range(connections))
    await asyncio.gather(*callers)
    return latencies


def measure(seconds: float, connections: int, through_endpoint: bool) -> dict[str, float]:
    """Run once; requests per second, per core-second, and latencies in milliseconds."""
    cores = sorted(os.sched_getaffinity(0))
    endpoint_pipe, endpoint_end = multiprocessing.Pipe()
    endpoint_port = None
    endpoint = multiprocessing.Process(target=play_endpoint, args=(endpoint_end,), daemon=True)
    if through_endpoint:
        endpoint.start()
        endpoint_port = endpoint_pipe.recv()
    pipe, end = multiprocessing.Pipe()
    core = cores[0] if len(cores) > 1 else None
    service = multiprocessing.Process(target=serve, args=(end, core, endpoint_port), daemon=True)
    service.start()
    port = pipe.recv()
    if len(cores) > 1:
        os.sched_setaffinity(0, set(cores[1:]))
    asyncio.run(_load(port, connections, 1.0, 1_000_000_000))
    pipe.send("usage")
    before, fallbacks_before = pipe.recv()
    start = time.perf_counter()
    latencies = asyncio.run(_load(port, connections, seconds, 0))
    took = time.perf_counter() - start
    pipe.send("usage")
    after, fallbacks_after = pipe.recv()
    pipe.send("stop")
    service.join(5)
    if through_endpoint:
        endpoint_pipe.send("stop")
        endpoint.join(5)
    percentiles = statistics.quantiles([latency * 1000 for latency in latencies], n=100)
    return {
        "requests_per_second": len(latencies) / took,
        "requests_per_core_second": len(latencies) / (after - before),
        "core_used": (after - before) / took,
        "p50_ms": percentiles[49],
        "p99_ms": percentiles[98],
        "fallback_share": (fallbacks_after - fallbacks_before) / len(latencies),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Throughput of the scoring service on one core.")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--model", choices=("in-process", "endpoint"), default="in-process")
    arguments = parser.parse_args()
    figures = measure(arguments.seconds, arguments.connections, arguments.model == "endpoint")
    for name, value in figures.items():
        print(f"{name:26} {value:10.2f}")


if __name__ == "__main__":
    main()
