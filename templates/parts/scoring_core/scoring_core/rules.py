"""The rules: what the policy says of one event, with or without a model's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from event_contract.events import Event

from .features import EntityFeatures
from .model import ModelAnswer
from .policy import Outcome, Policy


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and its reason codes, those of the most severe rule first."""

    outcome: Outcome
    reasons: tuple[str, ...]


def judge(event: Event, features: Mapping[str, EntityFeatures], answer: ModelAnswer | None, policy: Policy) -> Verdict:
    """Apply the policy; the most severe finding decides.

    Args:
        features: by entity; an entity without history is absent and hits no velocity limit.
        answer: of the model, or None where the rules stand alone.
    """
    findings = [*_amount(event, policy), *_velocity(features, policy), *_score(answer, policy)]
    findings.sort(key=lambda finding: -finding[0].severity)
    outcome = findings[0][0] if findings else Outcome.APPROVE
    return Verdict(outcome, tuple(dict.fromkeys(reason for _, reason in findings)))


def _amount(event: Event, policy: Policy) -> list[tuple[Outcome, str]]:
    limits = policy.amount_limits.get(event.currency)
    if limits is None:
        if policy.other_currency is Outcome.APPROVE:
            return []
        return [(policy.other_currency, "CURRENCY_WITHOUT_LIMIT")]
    step_up, decline = limits
    if event.amount >= decline:
        return [(Outcome.DECLINE, "AMOUNT_LIMIT")]
    if event.amount >= step_up:
        return [(Outcome.STEP_UP, "AMOUNT_LIMIT")]
    return []


def _velocity(features: Mapping[str, EntityFeatures], policy: Policy) -> list[tuple[Outcome, str]]:
    findings = []
    for limit in policy.velocity:
        value = features.get(limit.entity, {}).get(limit.feature, 0.0)
        reason = f"VELOCITY_{limit.entity}_{limit.feature}".upper()
        if value >= limit.decline:
            findings.append((Outcome.DECLINE, reason))
        elif value >= limit.step_up:
            findings.append((Outcome.STEP_UP, reason))
    return findings


def _score(answer: ModelAnswer | None, policy: Policy) -> list[tuple[Outcome, str]]:
    if answer is None or answer.score < policy.score_step_up:
        return []
    outcome = Outcome.DECLINE if answer.score >= policy.score_decline else Outcome.STEP_UP
    return [(outcome, reason) for reason in ("MODEL_SCORE", *answer.reasons)]
