"""The model behind its interface: `model_interface.json` says what goes in and what must come out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import fastjsonschema

from event_contract.events import Event

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
