"""Runs inside Model Monitor's container: makes one flat record of a captured request, since it knows no nested JSON.

Source: SageMaker developer guide, preprocessing for Model Monitor: `preprocess_handler` is its name there.
"""

from __future__ import annotations

import json
from typing import Any


def preprocess_handler(inference_record: Any) -> dict[str, Any]:
    """The features of the request, by name; a record that is no request of the model interface gives none."""
    try:
        features = json.loads(inference_record.endpoint_input.data)["features"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}
    return {name: value for name, value in sorted(features.items()) if value is not None}
