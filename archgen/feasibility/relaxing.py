"""The smallest single changes that make an infeasible spec feasible, each tried by designing again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archgen.errors import ArchgenError, Problem
from archgen.feasibility.changes import changed
from archgen.spec import Spec

_SEVERAL = frozenset({"platform.region", "consumers", "sources"})
"""Paths of which two changes are no larger and smaller one: each is worth showing."""
_MOST = 3
"""Ways out that a person is shown: more would be a list to work through."""
_SUSPECTS = 20
"""Sources or consumers that are left out by turns: each try is a design, and of a large platform takes 50 ms."""


@dataclass(frozen=True, kw_only=True)
class Relaxation:
    """One change that was tried and helps: set `path` to `value` (for a list, without or with one of its items)."""

    path: str
    value: str

    def __str__(self) -> str:
        return f"{self.path}: {self.value}"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A change to try: what a file would hold at `path`, and how that is said."""

    path: str
    value: Any
    said: str


def ways_out(
    spec: Spec, problems: Sequence[Problem], attempt: Callable[[Spec], object], regions: Iterable[str] = ()
) -> tuple[Relaxation, ...]:
    """Up to three single changes after which `attempt` no longer raises; the smallest ones first.

    `regions` are the names that may take the place of the spec's. A change that would contradict the rest of the
    spec is no way out.
    """
    found: list[Relaxation] = []
    for candidate in _candidates(spec, problems, regions):
        if candidate.path in (way.path for way in found) and candidate.path not in _SEVERAL:
            continue
        other = changed(spec, candidate.path, candidate.value)
        if other is None or not _works(other, attempt):
            continue
        found.append(Relaxation(path=candidate.path, value=candidate.said))
        if len(found) == _MOST:
            break
    return tuple(found)


def _works(spec: Spec, attempt: Callable[[Spec], object]) -> bool:
    try:
        attempt(spec)
    except ArchgenError:
        return False
    return True


def _candidates(spec: Spec, problems: Sequence[Problem], regions: Iterable[str]) -> Iterator[Candidate]:
    ids = {problem.id for problem in problems}
    if "latency-infeasible" in ids:
        yield from _latency(spec, problems)
    if "window-infeasible" in ids:
        yield from _window(spec)
    if "residency" in ids:
        for region in sorted(regions)[:2]:
            yield Candidate(path="platform.region", value=region, said=region)
    for role in sorted(spec.platform.services):
        kept = {key: value for key, value in spec.platform.services.items() if key != role}
        yield Candidate(path="platform.services", value=kept, said=f"without the pin of {role}")
    if ids & {"latency-infeasible", "window-infeasible", "residency"}:
        return
    if spec.platform.gateway != "none":
        yield Candidate(path="platform.gateway", value="none", said="none")
    if spec.platform.network.connect != "none":
        yield Candidate(path="platform.network.connect", value="none", said="none")
    if spec.workload.models.training == "here":
        yield Candidate(path="workload.models.training", value="elsewhere", said="elsewhere")
    for field in ("consumers", "sources"):
        yield from _without_one(spec, field, problems)


def _latency(spec: Spec, problems: Sequence[Problem]) -> Iterator[Candidate]:
    for problem in problems:
        if problem.id == "latency-infeasible" and problem.hint and "p99: " in problem.hint:
            value = problem.hint.split("p99: ")[1].split("`")[0]
            yield Candidate(path="workload.latency.p99", value=value, said=value)
    if spec.features.online:
        features = {"online": False, "freshness": None, "entities": [], "reads": None}
        yield Candidate(path="features", value=features, said="online: false (all features in the request)")


def _window(spec: Spec) -> Iterator[Candidate]:
    """Half an hour at a time, up to half a day: delivered later, or started earlier."""
    batch = spec.workload.batch
    if batch is None:
        return
    for minutes in range(30, 12 * 60 + 1, 30):
        later = (batch.done_by.minutes + minutes) % (24 * 60)
        earlier = (batch.starts.minutes - minutes) % (24 * 60)
        for path, at in (("workload.batch.done_by", later), ("workload.batch.starts", earlier)):
            clock = f"{at // 60:02d}:{at % 60:02d}"
            yield Candidate(path=path, value=clock, said=clock)


def _without_one(spec: Spec, field: str, problems: Sequence[Problem]) -> Iterator[Candidate]:
    """Without one of them, those that a problem names first. Where many are named, none alone is the way out."""
    members = spec.model_dump(mode="json")[field]
    if len(members) < 2:
        return
    said = "\n".join(f"{problem.path} {problem.message}" for problem in problems)
    named = [member for member in members if member["id"] in said]
    if len(named) > _SUSPECTS:
        return
    for member in [*named, *(one for one in members if one not in named)][:_SUSPECTS]:
        kept = [one for one in members if one["id"] != member["id"]]
        yield Candidate(path=field, value=kept, said=f"without {member['id']}")
