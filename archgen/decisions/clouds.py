"""Scoring the clouds for a spec: what gates exclude one, and what speaks for each. Source: CLD-G1, CLD-01 to CLD-08."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from archgen.decisions.question import Case
from archgen.knowledge import limits

TITLES = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud"}
_HOME = {
    "bigquery": "gcp",
    "pubsub": "gcp",
    "redshift": "aws",
    "kinesis": "aws",
    "event-hubs": "azure",
    "dynamics365": "azure",
    "sharepoint": "azure",
}
"""Systems that live in one cloud; all others are as near to each."""
_WEIGHTS = {"data gravity": 25, "adjacent systems": 20, "serving fit": 15, "skills": 15}
"""Weights of what a spec tells. Evidence for frameworks, cost and portability (25 together) count the same for all."""
_EQUAL = 25 * 3 / 5


@dataclass(frozen=True, kw_only=True)
class CloudScore:
    """Points of 100, and what they come from."""

    cloud: str
    score: float
    figure: str


def scored(case: Case, among: Collection[str] = tuple(TITLES)) -> tuple[CloudScore, ...]:
    """The clouds with their scores, best first; ties by name, since no commitment is known from a spec."""
    found = [_score(case, cloud) for cloud in sorted(among)]
    return tuple(sorted(found, key=lambda one: (-one.score, one.cloud)))


def _score(case: Case, cloud: str) -> CloudScore:
    points = {
        "data gravity": _gravity(case, cloud),
        "adjacent systems": _adjacency(case, cloud),
        "serving fit": _serving(case, cloud),
        "skills": _skills(case, cloud),
    }
    total = _EQUAL + sum(_WEIGHTS[name] * value / 5 for name, value in points.items())
    parts = ", ".join(f"{name} {value:g}" for name, value in points.items())
    return CloudScore(cloud=cloud, score=round(total, 1), figure=f"{total:.0f} of 100 ({parts} of 5)")


def _gravity(case: Case, cloud: str) -> float:
    """By the share of the sources' bytes (or, unstated, of the sources) that lie in the cloud; 2 where none does."""
    weights = {source.id: float(source.size or 0) or 1.0 for source in case.spec.sources}
    total = sum(weights.values())
    inside = sum(weights[source.id] for source in case.spec.sources if _HOME.get(source.system) == cloud)
    return round(2 + 3 * inside / total, 1)


def _adjacency(case: Case, cloud: str) -> float:
    homes = [_HOME[one.system] for one in (*case.spec.sources, *case.spec.consumers) if one.system in _HOME]
    if not homes:
        return 3
    return 5 if cloud in homes else 2


def _serving(case: Case, cloud: str) -> float:
    """5 where the managed endpoint carries the peak at its default quota, 3 where another one of the cloud has to."""
    quota = limits()["azure-managed-endpoint-rate"].value
    return 3 if cloud == "azure" and case.peak > quota else 5


def _skills(case: Case, cloud: str) -> float:
    skills = set(case.spec.team.skills) if case.spec.team else set()
    return 5 if cloud in skills else 2 if skills & set(TITLES) else 3
