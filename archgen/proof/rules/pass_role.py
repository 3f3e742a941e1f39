"""Rule `pass-role`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.policies import granting
from archgen.proof.rule import Evidence, Finding, Rule

PASS_ROLE = "iam:passrole"
TO_SERVICE = "iam:passedtoservice"


class PassRole(Rule):
    """Who may hand a role to a service may hand it to that service alone, and that role alone."""

    id = "pass-role"
    title = "a role is passed to a named service only, and only a named role"
    source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
    example = "`iam:PassRole` without a condition on `iam:PassedToService`"
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per statement that grants `iam:PassRole` too widely."""
        for resource, statement in granting(evidence.up):
            if PASS_ROLE not in (action.lower() for action in statement.actions):
                continue
            if TO_SERVICE not in statement.condition_keys:
                yield self.at(resource, "it may pass a role to any service: add a condition on iam:PassedToService")
            if any(name.endswith("*") for name in statement.resources):
                yield self.at(resource, "it may pass any role of that name: give the role's ARN")
