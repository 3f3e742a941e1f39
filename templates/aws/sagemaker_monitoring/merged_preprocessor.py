"""Runs inside Model Monitor's container: makes one flat record of a captured reply and the label that it was joined to.

The names are those that the container gives such columns itself: `endpointOutput_` and the attribute, and
`groundTruthData_0`. Source: SageMaker developer guide, preprocessing for Model Monitor.
"""

from __future__ import annotations

import json
from typing import Any


def preprocess_handler(inference_record: Any) -> dict[str, Any]:
    """Score and label; a record without either gives none."""
    try:
        score = float(json.loads(inference_record.endpoint_output.data)["score"])
        label = int(json.loads(inference_record.ground_truth.data)["label"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}
    return {"endpointOutput_score": score, "groundTruthData_0": label}
