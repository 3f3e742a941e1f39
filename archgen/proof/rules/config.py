"""Rule `config`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.engine import configuration_problems
from archgen.proof.rule import Evidence, Finding, Rule


class Config(Rule):
    """Declarations, stack files and code are sound before anything runs."""

    id = "config"
    title = "settings are declared, of their type and given; every Python file compiles"
    source = "https://www.pulumi.com/docs/iac/concepts/projects/project-file/"
    example = "`fraud:shards: six` for a setting of type integer"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per problem that needs no run to be seen."""
        for problem in configuration_problems(evidence.project, evidence.stack):
            message = f"{problem.path}: {problem.message}" if problem.path else problem.message
            message += f"; expected {problem.expected}" if problem.expected else ""
            message += f" ({problem.hint})" if problem.hint else ""
            yield self.general(message, file=problem.file, line=problem.line)
