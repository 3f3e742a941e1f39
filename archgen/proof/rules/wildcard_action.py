"""Rule `wildcard-action`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.policies import KEY_POLICIES, Statement, granting, guarding
from archgen.proof.rule import Evidence, Finding, Rule


class WildcardAction(Rule):
    """No policy allows every action, of everything or of a whole service."""

    id = "wildcard-action"
    title = "no policy allows every action, or every action of a service"
    source = "AWS Config IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS (control IAM.21); PCI DSS v4.0.1, 7.2"
    example = 'a `RolePolicy` that allows `"s3:*"`'
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per action; the account's own statement in a key's policy, without which nobody rules the key,
        may say `kms:*`.
        """
        for resource, statement in granting(evidence.up):
            for action in _wide(statement):
                yield self.at(resource, f"it allows {action}: name the actions")
        for resource, statement in guarding(evidence.up):
            own_key = resource.type in KEY_POLICIES and all(kind == "AWS" for kind, _ in statement.principals)
            for action in _wide(statement) if statement.allows and not own_key else ():
                yield self.at(resource, f"it allows {action}: name the actions")


def _wide(statement: Statement) -> Iterator[str]:
    if statement.others:
        yield "all actions but some"
        return
    yield from (repr(action) for action in statement.actions if action == "*" or action.endswith(":*"))
