"""Rule `duplicate-security-group-rule`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archgen.engine import Resource
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.security_groups import openings


class DuplicateSecurityGroupRule(Rule):
    """No two security-group rules say the same: AWS refuses the second at deployment."""

    id = "duplicate-security-group-rule"
    title = "no two security-group rules let the same through"
    source = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (InvalidPermission.Duplicate)"
    example = "two egress rules from one group to one other group on tcp 443"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per rule that repeats an earlier one, in the order of URNs."""
        first: dict[tuple[Any, ...], Resource] = {}
        for opening in openings(evidence.up.resources):
            other = first.setdefault(opening.key, opening.resource)
            if other is not opening.resource:
                where = f" ({other.file}:{other.line})" if other.file else ""
                message = f"it lets through the same as '{other.name}'{where}: AWS refuses the second"
                yield self.at(opening.resource, message)
