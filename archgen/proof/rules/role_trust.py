"""Rule `role-trust`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.policies import ROLE, Statement, statements
from archgen.proof.rule import Evidence, Finding, Rule

OWN = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid"})


class RoleTrust(Rule):
    """A role is taken only by a service that acts for the own account, and by nobody in general."""

    id = "role-trust"
    title = "a role can be taken only on behalf of the own account"
    source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    example = "an `iam.Role` for `glue.amazonaws.com` without a condition on `aws:SourceAccount`"
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per statement of a role's trust policy."""
        for role in evidence.up.of_type(ROLE):
            for statement in statements(role.inputs.get("assumeRolePolicy")):
                problem = _problem(statement) if statement.allows else None
                if problem:
                    yield self.at(role, problem)


def _problem(statement: Statement) -> str | None:
    if any(name == "*" for _, name in statement.principals):
        return "everybody may take this role: name who"
    services = [name for kind, name in statement.principals if kind == "Service"]
    if services and not OWN & statement.condition_keys:
        return f"{', '.join(services)} may take this role for any account: add a condition on aws:SourceAccount"
    federated = [name for kind, name in statement.principals if kind == "Federated"]
    if federated and not statement.conditions:
        return f"everybody that {', '.join(federated)} knows may take this role: add a condition on its claims"
    return None
