"""The decision policy: thresholds and limits, read from a versioned file and checked as a whole at start."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import fastjsonschema

from feature_layout.layout import FeatureLayout
from service_process.environment import CannotStart

POLICY = Path(__file__).with_name("policy.json")
SCHEMA = Path(__file__).with_name("policy.schema.json")


class Outcome(StrEnum):
    """The three ways, mildest first."""

    APPROVE = "approve"
    STEP_UP = "step-up"
    DECLINE = "decline"

    @property
    def severity(self) -> int:
        """Rank for taking the most severe of several outcomes."""
        return (Outcome.APPROVE, Outcome.STEP_UP, Outcome.DECLINE).index(self)


class PolicyInvalid(CannotStart):
    """The policy file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class VelocityLimit:
    """From `step_up` (`decline`) events of one entity in one window on, the outcome is that."""

    entity: str
    feature: str
    step_up: float
    decline: float


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds of the score (0 to 1), limits of amounts (by currency) and of velocity."""

    version: str
    score_step_up: float
    score_decline: float
    amount_limits: Mapping[str, tuple[Decimal, Decimal]]
    other_currency: Outcome
    velocity: tuple[VelocityLimit, ...]


def load_policy(path: Path = POLICY) -> Policy:
    """Read and check a policy file.

    Raises:
        PolicyInvalid: unreadable, against the schema, or with limits that contradict one another.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        fastjsonschema.compile(json.loads(SCHEMA.read_text(encoding="utf-8")))(document)
    except (OSError, ValueError, fastjsonschema.JsonSchemaValueException) as error:
        raise PolicyInvalid(f"{path.name}: {error}") from error
    policy = _policy(document)
    if problems := _contradictions(policy):
        raise PolicyInvalid(f"{path.name}: " + "; ".join(problems))
    return policy


def _policy(document: Mapping[str, Any]) -> Policy:
    return Policy(
        version=document["version"],
        score_step_up=document["score"]["step_up"],
        score_decline=document["score"]["decline"],
        amount_limits={
            currency: (Decimal(limit["step_up"]), Decimal(limit["decline"]))
            for currency, limit in document["amount"]["limits"].items()
        },
        other_currency=Outcome(document["amount"]["other_currency"]),
        velocity=tuple(VelocityLimit(**limit) for limit in document["velocity"]),
    )


def _contradictions(policy: Policy) -> list[str]:
    pairs: list[tuple[str, float | Decimal, float | Decimal]] = [("score", policy.score_step_up, policy.score_decline)]
    pairs += [(f"amount.limits.{currency}", *limit) for currency, limit in sorted(policy.amount_limits.items())]
    pairs += [(f"velocity {v.entity} {v.feature}", v.step_up, v.decline) for v in policy.velocity]
    problems = [f"{place}: step_up {low} is not below decline {high}" for place, low, high in pairs if low >= high]
    counts = {f"count_{window}" for window in FeatureLayout.load().windows}
    problems += [
        f"velocity {v.entity} {v.feature}: no such feature; there are {', '.join(sorted(counts))}"
        for v in policy.velocity
        if v.feature not in counts
    ]
    return problems
