"""Everything archgen can say to a person when it cannot go on: one tree, handled in one place (`archgen.cli`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in a spec file. `path` is dotted (`workload.latency.p99`); `line` and `column` count from 1."""

    path: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, said so that a person can act on it.

    `id` is stable (`unknown-field`); `message` says what was found, `expected` what would have been right, `hint` what
    to do. `file`, `line` and `column` say where; `related` names other places that contradict this one. `of_key`: it is
    the name at the end of `path` that is wrong, not the value under it.
    """

    id: str
    message: str
    expected: str | None = None
    hint: str | None = None
    path: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    related: tuple[Place, ...] = ()
    of_key: bool = False

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        subject = ": ".join(part for part in (where, self.path) if part)
        said = f"{subject}: {self.message}" if subject else self.message
        said += f"; expected {self.expected}" if self.expected else ""
        for place in self.related:
            said += f"\n  see also {place.path}" + (f" (line {place.line})" if place.line is not None else "")
        return said + (f"\n  hint: {self.hint}" if self.hint else "")


class ArchgenError(Exception):
    """Root of the tree: some problems and the exit status that they end a run with."""

    exit_status: ClassVar[int] = 2

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class SpecError(ArchgenError):
    """The spec is wrong: unreadable, not of the model's shape, or contradicting itself."""


class WrongUse(ArchgenError):
    """The command was called with something it cannot work with."""


class NotFeasible(ArchgenError):
    """The spec is right, and what it asks for has no home or cannot be met."""

    exit_status = 1


class TemplateError(ArchgenError):
    """A service or blueprint breaks the contract of its kind: a fault of the template, not of the spec."""

    exit_status = 1
