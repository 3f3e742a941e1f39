"""The model behind its interface: `model_interface.json` says what goes in and what must come out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
import fastjsonschema
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from .events import Event
from .features import EntityFeatures

INTERFACE = Path(__file__).with_name("model_interface.json")
_definitions = json.loads(INTERFACE.read_text(encoding="utf-8"))["definitions"]
_validate_response: Callable[[Any], Any] = fastjsonschema.compile(_definitions["response"])


class ModelError(Exception):
    """The model failed or answered out of contract; the message carries no payload."""


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """A score from 0 to 1, reason codes (weightiest first) and the version that gave them."""

    score: float
    reasons: tuple[str, ...]
    model_version: str


class Model(Protocol):
    """Anything that scores a request of the model interface."""

    async def score(self, request: Mapping[str, Any]) -> ModelAnswer:
        """Score one request.

        Raises:
            ModelError: no answer, or one out of contract.
        """
        ...


def model_request(event: Event, features: Mapping[str, EntityFeatures]) -> dict[str, Any]:
    """The request for one event: its amount, attributes and, per entity, `<entity>_<feature>`."""
    flat: dict[str, float | str | bool] = {"amount": float(event.amount), "currency": event.currency}
    flat |= {f"attribute_{name}": value for name, value in event.attributes.items()}
    for entity, values in features.items():
        flat |= {f"{entity}_{name}": value for name, value in values.items()}
    return {"features": flat, "entities": dict(event.entities)}


def read_answer(body: bytes) -> ModelAnswer:
    """Read a model's response body.

    Raises:
        ModelError: against `model_interface.json`.
    """
    try:
        document = json.loads(body, parse_constant=_refuse_constant)
        _validate_response(document)
    except (ValueError, RecursionError) as error:
        raise ModelError("the answer is out of contract") from error
    return ModelAnswer(float(document["score"]), tuple(document["reasons"]), document["model_version"])


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


class SageMakerModel:
    """A real-time endpoint through InvokeEndpoint.

    The request is signed here rather than by a generated client: that client's serialising and retrying cost more time
    than the budget of one decision leaves, and a second try would come after the deadline anyhow.

    Args:
        session: HTTP session, with the timeouts and connections to use.
        credentials: aiobotocore credentials (`get_frozen_credentials` is a coroutine).
        base_url: of the SageMaker runtime in the region.
    """

    def __init__(
        self, session: aiohttp.ClientSession, credentials: Any, base_url: str, region: str, endpoint: str
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._region = region
        self._url = f"{base_url.rstrip('/')}/endpoints/{quote(endpoint, safe='')}/invocations"

    async def score(self, request: Mapping[str, Any]) -> ModelAnswer:
        """See `Model.score`."""
        body = json.dumps(request).encode()
        signed = AWSRequest(
            method="POST",
            url=self._url,
            data=body,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        try:
            frozen = await self._credentials.get_frozen_credentials()
            SigV4Auth(frozen, "sagemaker", self._region).add_auth(signed)
            async with self._session.post(self._url, data=body, headers=dict(signed.headers.items())) as response:
                answer = await response.read()
        except Exception as error:
            raise ModelError("no answer from the endpoint") from error
        if response.status != 200:
            raise ModelError(f"the endpoint answered with status {response.status}")
        return read_answer(answer)
