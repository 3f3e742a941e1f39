"""What a question module is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from archgen.decisions.decision import Because, Decision, Decisions
from archgen.knowledge import Assumptions
from archgen.spec import Spec, value_at


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a question may look at: the spec, the assumptions, and the decisions that it requires."""

    spec: Spec
    assumptions: Assumptions
    made: Decisions

    def because(self, *paths: str) -> tuple[Because, ...]:
        """Values of the spec, as written, that a choice rests on; a path the spec is silent on is left out."""
        found = ((path, value_at(self.spec, path)) for path in paths)
        return tuple(Because(path, _in_words(value)) for path, value in found if value is not None)


class Question:
    """One architecture question. A subclass per module of `archgen.decisions.questions`, found by walking.

    `requires` names the decisions that must have been made before.
    """

    id: ClassVar[str]
    asks: ClassVar[str]
    requires: ClassVar[tuple[str, ...]] = ()

    def decide(self, case: Case) -> Decision | None:
        """The decision, or None where the question does not arise for this spec."""
        raise NotImplementedError


def _in_words(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_in_words(one) for one in value)
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
