"""A decision: one question, the choice, and everything needed to defend or to reverse it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias


class Because(NamedTuple):
    """A value of the spec that the choice rests on, by its dotted path."""

    path: str
    value: str


class Rejected(NamedTuple):
    """An option that was not taken, with the figure that ruled it out. `score` is None where it was not scored."""

    option: str
    reason: str
    figure: str
    score: float | None = None


class Flip(NamedTuple):
    """A single change of the spec (or of an assumption) that would change the choice: `path op value`."""

    path: str
    op: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`kind` is `given` where the spec fixes the choice, `decided` where it was ours.

    `source` names the public rule behind it; with `confidence: judgement` it is our own rule and says so.
    """

    id: str
    question: str
    choice: str
    kind: Literal["given", "decided"]
    rationale: str
    because: tuple[Because, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    flips_when: tuple[Flip, ...] = ()
    source: str
    confidence: Literal["verified", "documented", "judgement"]


Decisions: TypeAlias = Mapping[str, Decision]
