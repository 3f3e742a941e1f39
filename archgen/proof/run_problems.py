"""The family of rules that pass on what the engine met while the program ran."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from archgen.engine import RunProblem
from archgen.proof.rule import Evidence, Finding, Rule


class RunProblemRule(Rule):
    """Passes on the engine's problems of one kind, of both runs; `kind` is the rule's id unless it is told."""

    kind: ClassVar[str | None] = None

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per problem of this kind, of either run."""
        for graph in (evidence.preview, evidence.up):
            for problem in graph.problems:
                if problem.kind == (self.kind or self.id):
                    yield self._finding(problem)

    def _finding(self, problem: RunProblem) -> Finding:
        return Finding(
            rule=self.id,
            severity=problem.severity,
            message=problem.message,
            resource=problem.urn,
            file=problem.file,
            line=problem.line,
        )
