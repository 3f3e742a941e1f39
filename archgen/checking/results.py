"""What became of one target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archgen.errors import ArchgenError
from archgen.proof import Finding


@dataclass(frozen=True, kw_only=True)
class Result:
    """`resources` counts what the largest stack would create; `seconds` is the time it took, which varies."""

    target: str
    cloud: str | None
    seconds: float
    resources: int
    findings: tuple[Finding, ...]

    @property
    def status(self) -> str:
        """`failed` with any error among the findings."""
        return "failed" if any(finding.severity == "error" for finding in self.findings) else "passed"


def refused(error: ArchgenError) -> tuple[Finding, ...]:
    """What is wrong with a spec, as findings of their own."""
    return tuple(
        Finding(
            rule=problem.id,
            severity="error",
            message=_said(problem.path, problem),
            file=problem.file,
            line=problem.line,
        )
        for problem in error.problems
    )


def _said(path: str, problem: object) -> str:
    parts: Iterable[object] = (getattr(problem, "message", ""), getattr(problem, "hint", None))
    said = "; ".join(str(part) for part in parts if part)
    return f"{path}: {said}" if path else said
