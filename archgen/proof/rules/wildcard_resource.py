"""Rule `wildcard-resource`."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from archgen.proof.policies import granting
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table


class WildcardResource(Rule):
    """A permission is for a resource, except the few actions that admit none."""

    id = "wildcard-resource"
    title = 'a permission names its resource; `"*"` only for actions that admit none'
    source = "https://docs.aws.amazon.com/service-authorization/latest/reference/; PCI DSS v4.0.1, 7.2"
    example = '`kinesis:PutRecord` on `"*"`'
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per action; key policies, where `"*"` means the key itself, are not looked at."""
        admitted = table("actions_without_resource")
        for resource, statement in granting(evidence.up):
            if "*" not in statement.resources:
                continue
            for action in statement.actions:
                key = admitted["needs_condition"].get(action)
                if not any(fnmatchcase(action, pattern) for pattern in admitted["actions"]):
                    yield self.at(resource, f"it allows {action} on every resource: name those that it needs")
                elif key is not None and key not in statement.condition_keys:
                    yield self.at(resource, f"it allows {action} without a condition on {key}")
