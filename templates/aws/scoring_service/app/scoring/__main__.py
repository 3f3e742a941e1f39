"""Start the service with what it talks to on AWS."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
from aiobotocore.session import get_session

from aws_streams.streams import open_stream
from aws_telemetry.emf import LIBRARIES, EmfWriter
from aws_tokens.cache_token import IamTokenProvider
from scoring_core.certificate import server_context
from scoring_core.features import FeatureSource, NoFeatures, ValkeyFeatures, connect_features
from scoring_core.running import Edges, serve
from service_process.environment import SettingsInvalid
from service_process.process import run_process
from service_telemetry.json_logs import configure_logging
from service_telemetry.metrics import Metrics

from .model import SageMakerModel
from .settings import Settings

# Beyond any deadline: an answer that comes too late is of no use, but its connection can serve again.
MODEL_SECONDS = 1.0


async def _model(stack: AsyncExitStack, settings: Settings) -> SageMakerModel:
    session = get_session()
    credentials = await session.get_credentials()
    if credentials is None:
        raise SettingsInvalid("no AWS credentials in the environment")
    runtime = await stack.enter_async_context(session.create_client("sagemaker-runtime", region_name=settings.region))
    http = await stack.enter_async_context(
        aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=MODEL_SECONDS),
            connector=aiohttp.TCPConnector(limit=512, keepalive_timeout=60),
        )
    )
    return SageMakerModel(http, credentials, runtime.meta.endpoint_url, settings.region, settings.model_endpoint)


def _features(stack: AsyncExitStack, settings: Settings) -> FeatureSource:
    address = settings.service.features
    if address is None:
        return NoFeatures()
    tokens = IamTokenProvider(settings.features_user, settings.features_cache, settings.region)
    features = ValkeyFeatures(lambda: connect_features(address, tokens), settings.service.entities)
    stack.push_async_callback(features.close)
    return features


@asynccontextmanager
async def _edges(settings: Settings) -> AsyncGenerator[Edges]:
    async with AsyncExitStack() as stack:
        yield Edges(
            writer=await stack.enter_async_context(open_stream(settings.stream)),
            features=_features(stack, settings),
            model=await _model(stack, settings),
            metrics=Metrics(EmfWriter(f"archgen/{settings.project}", settings.component)),
        )


async def run() -> None:
    """Serve until told to stop."""
    settings = Settings.from_environment(os.environ)
    configure_logging(settings.service.log_level, LIBRARIES)
    await serve(settings.service, _edges(settings), tls=server_context())


def main() -> int:
    """Entry point; see `run_process` for the exit status."""
    configure_logging("INFO", LIBRARIES)
    return run_process("scoring", run)


if __name__ == "__main__":
    sys.exit(main())
