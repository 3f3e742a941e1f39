"""The gates: what stops a project whatever its score. Source: GATE-01 to GATE-05; EU AI Act Art. 5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from archgen.business import Requirement
from archgen.decisions import Decisions
from archgen.decisions.ai_act import prohibited_practice
from archgen.feasibility.rubric import Evidence, Points
from archgen.spec import Spec

_UNSUPERVISED = ("rules", "anomaly detection", "pre-trained model", "retrieval-augmented", "language model", "managed")


@dataclass(frozen=True, kw_only=True)
class Gate:
    """`stop` ends a project, `condition` lets it go on with what is named, `pass` neither."""

    id: str
    result: Literal["pass", "condition", "stop"]
    found: str
    way: str = ""
    path: str = ""


def prohibited(spec: Spec) -> Gate:
    """Art. 5 of the EU AI Act, by the spec's own words."""
    practice = prohibited_practice(spec)
    if practice is None or practice.use is None:
        return Gate(id="prohibited-practice", result="pass", found="no practice of Art. 5 in the words of the spec")
    use = practice.use
    return Gate(
        id="prohibited-practice",
        result="stop",
        found=f"the spec names {practice.found}: {use.use.lower()}, which the EU AI Act prohibits ({use.basis}, since"
        f" {use.applies})",
        way=f"leave it out of the purpose. {use.note}. If it is not what is meant, say it in other words; a"
        f" lawyer confirms",
        path="objective.statement",
    )


def labels(approach: str | None, volume: Points) -> Gate:
    """A supervised model with nothing to learn from stops; rules, anomalies and language models need no labels."""
    supervised = approach is not None and not approach.removeprefix("redaction first, then ").startswith(
        (*_UNSUPERVISED, "a small language", "a hosted language")
    )
    if supervised and volume.points == 0:
        return Gate(
            id="labels",
            result="stop",
            found=f"{volume.found}, and the approach ({approach}) learns from labels",
            way="state the labels on record, begin with rules, or with a queue that makes labels",
            path="problem.labels",
        )
    if approach is not None and not supervised and volume.points == 0:
        return Gate(id="labels", result="condition", found=volume.found, way="what people decide is kept as labels")
    return Gate(id="labels", result="pass", found=volume.found)


def leakage(points: Points) -> Gate:
    """A past that is overwritten leaks the future into training."""
    if points.points == 0:
        return Gate(
            id="leakage",
            result="stop",
            found="the past cannot be seen as it was: a model would learn from the future",
            way="capture changes with their time first, then train on what was captured",
            path="assumptions.feasibility_as_of",
        )
    return Gate(id="leakage", result="pass", found=points.found)


def latency(evidence: Evidence) -> Gate:
    """Hops that do not fit are refused with the smallest limit before this is asked; here stands what was found."""
    time = evidence.time
    if time is not None and time.reserve_ms < 0:
        return Gate(
            id="latency",
            result="stop",
            found=f"the hops take {time.total_ms:g} of {time.limit_ms:g} ms",
            way=f"allow {time.total_ms:g} ms, or answer nearer to the caller",
            path="workload.latency.p99",
        )
    return Gate(id="latency", result="pass", found="the steps fit their time" if time else "no limit on a whole answer")


def arithmetic(required: Requirement) -> Gate:
    """A target that no model can reach stops where all inputs are the spec's; on assumptions it is a condition."""
    if not required.infeasible:
        return Gate(id="arithmetic", result="pass", found="no condition under which the target is out of reach holds")
    said = "; ".join(required.infeasible)
    if required.assumed:
        return Gate(
            id="arithmetic",
            result="condition",
            found=said,
            way=f"it rests on {', '.join(required.assumed)}: state them in objective.kpi.inputs",
        )
    return Gate(
        id="arithmetic", result="stop", found=said, way="change the target or its inputs", path="objective.kpi.target"
    )


def high_risk(decisions: Decisions) -> Gate:
    """A high-risk use of the EU AI Act goes on as a pilot with conditions."""
    regulation = decisions.get("regulation")
    if regulation is None or not regulation.choice.startswith("high-risk"):
        return Gate(id="high-risk", result="pass", found=regulation.choice if regulation else "not classified")
    return Gate(
        id="high-risk",
        result="condition",
        found=regulation.choice,
        way="human oversight, tests for adverse impact, logging and documentation before anybody is concerned",
    )


def device(spec: Spec) -> Gate:
    """Health data about people raises the question of a medical device, which no spec can answer."""
    health = any("phi" in source.data for source in spec.sources)
    if health and spec.problem.decision.subjects == "natural-persons":
        return Gate(
            id="medical-device",
            result="condition",
            found="health data about people: the intended purpose decides whether it is a medical device",
            way="have the purpose written and classified (MDR, FDA) before the pilot",
        )
    return Gate(id="medical-device", result="pass", found="no health data about people")


def gates(
    evidence: Evidence, decisions: Decisions, required: Requirement, points: dict[str, Points]
) -> tuple[Gate, ...]:
    """All gates, in the order in which they are looked at."""
    made = decisions.get("approach") or decisions.get("forecasting-approach")
    return (
        prohibited(evidence.spec),
        labels(made.choice if made else None, points["label-volume"]),
        latency(evidence),
        leakage(points["point-in-time"]),
        arithmetic(required),
        high_risk(decisions),
        device(evidence.spec),
    )
