"""What a question module is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from archgen.decisions.decision import Because, Confidence, Decision, Decisions, Flip, Rejected
from archgen.knowledge import Assumption, Assumptions
from archgen.spec import Spec, value_at

_HOUR, _DAY = 3_600, 86_400
CHAPTERS = ("approach", "trust", "data", "serving", "operation", "platform")
"""The order in which decisions are read: what decides, what people are owed, data, answers, life, place."""
OWN_RULE = "own rule, no public source"
"""The source of a judgement."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a question may look at: the spec, the assumptions, and the decisions that it requires."""

    spec: Spec
    assumptions: Assumptions
    made: Decisions

    def because(self, *paths: str) -> tuple[Because, ...]:
        """Values of the spec, as written, that a choice rests on; a path the spec is silent on is left out."""
        found = []
        for path in paths:
            try:
                value = value_at(self.spec, path)
            except LookupError:
                continue
            if value is not None and value != ():
                found.append(Because(path, _in_words(value)))
        return tuple(found)

    def at(self, id: str) -> float:
        """The value of an assumption or threshold."""
        return self.assumptions.value(id)

    def rule(self, id: str) -> str:
        """A threshold in words with its value: `rows that a model needs at least: 500 rows`."""
        found = self.assumptions[id]
        return f"{found.text}: {_amount(found.value, found.unit)}"

    @property
    def p99(self) -> float | None:
        """Seconds that 99 of 100 answers may take, where the spec says so."""
        latency = self.spec.workload.latency
        return float(latency.p99) if latency and latency.p99 else None

    @property
    def peak(self) -> float:
        """Requests per second at peak; 0 for a batch."""
        traffic = self.spec.workload.traffic
        return float(traffic.peak) if traffic else 0.0

    @property
    def called(self) -> bool:
        """Whether a consumer calls and waits; where all are told, nobody knocks at a door."""
        return any(consumer.pattern == "sync" for consumer in self.spec.consumers)

    @property
    def data_classes(self) -> tuple[str, ...]:
        """The classes of all sources, sorted, without `public`."""
        return tuple(sorted({one for source in self.spec.sources for one in source.data} - {"public"}))


class Question(ABC):
    """One architecture question. A subclass per module of `archgen.decisions.questions`, found by walking.

    `requires` names the decisions that must have been made before, `chapter` (one of `CHAPTERS`) where it is read.
    """

    id: ClassVar[str]
    chapter: ClassVar[str]
    asks: ClassVar[str]
    requires: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def decide(self, case: Case) -> Decision | None:
        """The decision, or None where the question does not arise for this spec."""

    def made(
        self,
        choice: str,
        rationale: str,
        *,
        rejected: tuple[Rejected, ...],
        because: tuple[Because, ...] = (),
        consequences: tuple[str, ...] = (),
        flips_when: tuple[Flip, ...] = (),
        kind: Literal["given", "decided"] = "decided",
        source: str = OWN_RULE,
        confidence: Confidence = "judgement",
    ) -> Decision:
        """A decision on this question; without a source it is a judgement of ours."""
        return Decision(
            id=self.id,
            question=self.asks,
            choice=choice,
            kind=kind,
            rationale=rationale,
            because=because,
            rejected=rejected,
            consequences=consequences,
            flips_when=flips_when,
            source=source,
            confidence=confidence,
        )


def backing(threshold: Assumption) -> tuple[str, Confidence]:
    """Source and confidence of a choice that turns on a threshold; what a spec overrides is no fact of ours."""
    return threshold.source, threshold.confidence if threshold.confidence != "spec" else "judgement"


def counted(number: float, noun: str) -> str:
    """A number of things as people say it: `1 model`, `2 models`."""
    return f"{number:,.10g} {noun}{'' if number == 1 else 's'}"


def _amount(value: float, unit: str) -> str:
    """A value with its unit as people say it: `30 days`, `12/year`, `1,000 rows`."""
    if unit == "s" and value >= _DAY:
        return f"{value / _DAY:,.10g} day{'s' if value != _DAY else ''}"
    if unit == "s" and value >= _HOUR:
        return f"{value / _HOUR:,.10g} h"
    if unit == "fraction":
        return f"{value:.10g}" if value > 1 else f"{value:.10%}".rstrip("0%").rstrip(".") + "%"
    if unit.startswith("1/"):
        return f"{value:,.10g}{unit.removeprefix('1')}"
    return f"{value:,.10g} {unit}"


def _in_words(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_in_words(one) for one in value)
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
