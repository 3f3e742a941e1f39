"""A decision: one question, the choice, and everything needed to defend or to reverse it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Confidence: TypeAlias = Literal["verified", "documented", "judgement"]
"""Read or run by us; said by the named source; our own."""


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
    """A single change that would change the choice: `path op value`, several being alternatives.

    `path` is one of the spec, or `assumptions.<id>`; fields that must agree with it (a source's rate with the peak)
    move along. `includes` and `excludes` are for lists. `value` is written as in a spec.
    """

    path: str
    op: Literal["<", "<=", "==", ">=", ">", "includes", "excludes"]
    value: str

    def __str__(self) -> str:
        return f"{self.path} {self.op} {self.value}"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`kind` is `given` where the spec fixes the choice, `decided` where it was ours.

    `consequences` are what has to be lived with or done. `source` names the public rule behind it; with
    `confidence: judgement` it is our own rule and says so.
    """

    id: str
    question: str
    choice: str
    kind: Literal["given", "decided"]
    rationale: str
    because: tuple[Because, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    consequences: tuple[str, ...] = ()
    flips_when: tuple[Flip, ...] = ()
    source: str
    confidence: Confidence


Decisions: TypeAlias = Mapping[str, Decision]
