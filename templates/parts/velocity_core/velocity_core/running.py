"""Start, count, and stop with every counted record acknowledged; a cloud gives the edges."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from feature_layout.layout import FeatureLayout
from service_process.environment import Address, Environment
from service_process.heartbeat import beat
from service_process.process import stop_on_signal
from service_telemetry.metrics import Metrics

from .worker import RecordSource, StateStore, Worker

# Below the 30 s after which most platforms kill a container that was told to stop.
FINISH_SECONDS = 20.0

log = logging.getLogger("velocity")


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerSettings:
    """Settings that the worker has on every cloud."""

    entities: tuple[str, ...]
    features: Address
    log_level: str

    @classmethod
    def read(cls, environment: Environment) -> WorkerSettings:
        """Read `ENTITIES`, `FEATURES_ENDPOINT` and `LOG_LEVEL`."""
        environment.required("FEATURES_ENDPOINT")
        return cls(
            entities=environment.names("ENTITIES"),
            features=environment.address("FEATURES_ENDPOINT") or Address("", 0),
            log_level=environment.log_level(),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Edges:
    """What the worker talks to."""

    source: RecordSource
    store: StateStore
    metrics: Metrics


async def count(settings: WorkerSettings, edges: AbstractAsyncContextManager[Edges]) -> None:
    """Count until SIGTERM or SIGINT; then finish the turn under way, or give it up for its records to come again."""
    stop = stop_on_signal()
    async with edges as opened:
        worker = Worker(
            opened.source,
            opened.store,
            opened.metrics,
            entities=settings.entities,
            layout=FeatureLayout.load(),
            alive=beat,
        )
        flushing = asyncio.create_task(opened.metrics.run())
        counting = asyncio.create_task(worker.run(stop))
        stopping = asyncio.create_task(stop.wait())
        log.info("counting", extra={"facts": {"entities": list(settings.entities)}})
        await asyncio.wait({counting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not counting.done():
            await asyncio.wait({counting}, timeout=FINISH_SECONDS)
        finished = counting.done()
        for task in (counting, stopping, flushing):
            task.cancel()
        await opened.metrics.flush()
        log.info("stopped", extra={"facts": {"turn_finished": finished}})
        if finished:
            # A loop that ended by an error ends the process, so that the platform starts another.
            counting.result()
