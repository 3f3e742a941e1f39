"""What became of one target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archgen.errors import Problem
from archgen.proof import Finding


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What an optional layer came to, in words; or why it was not `run`: silence would look like a pass."""

    name: str
    run: bool
    said: str


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the process that proves a target hands back; `resources` counts those of the largest stack."""

    resources: int = 0
    findings: tuple[Finding, ...] = ()
    layers: tuple[Layer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Result:
    """`resources` counts what the largest stack would create; `seconds` is the time it took, which varies.

    `root` is the folder that files of findings are relative to, None where they were generated from a spec and are
    gone.
    """

    target: str
    cloud: str | None
    seconds: float
    resources: int
    findings: tuple[Finding, ...]
    layers: tuple[Layer, ...] = ()
    root: str | None = None

    @property
    def status(self) -> str:
        """`failed` with any error among the findings."""
        return "failed" if any(finding.severity == "error" for finding in self.findings) else "passed"


def refused(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """What is wrong with a spec, as findings of their own."""
    return tuple(
        Finding(
            rule=problem.id,
            severity="error",
            message=_said(problem),
            file=problem.file,
            line=problem.line,
        )
        for problem in problems
    )


def _said(problem: Problem) -> str:
    expected = f"expected {problem.expected}" if problem.expected else None
    said = "; ".join(part for part in (problem.message, expected, problem.hint) if part)
    return f"{problem.path}: {said}" if problem.path else said
