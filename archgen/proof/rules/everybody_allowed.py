"""Rule `everybody-allowed`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.policies import guarding
from archgen.proof.rule import Evidence, Finding, Rule


class EverybodyAllowed(Rule):
    """No policy of a resource allows everybody, and none a service that may act for somebody else's account."""

    id = "everybody-allowed"
    title = "no policy of a resource allows everybody without a condition"
    source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
    example = 'a `QueuePolicy` that allows `Principal: "*"`'
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per statement."""
        for resource, statement in guarding(evidence.up):
            everybody = any(name == "*" for _, name in statement.principals)
            if statement.allows and everybody and not statement.conditions:
                yield self.at(resource, f"it allows everybody {', '.join(statement.actions)}: name who, or a condition")
