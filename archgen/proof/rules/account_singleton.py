"""Rule `account-singleton`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archgen.engine import Resource
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table


class AccountSingleton(Rule):
    """What an account has once is made only by the stack that is told to own the account."""

    id = "account-singleton"
    title = "what an account has once is made only where a setting says that this stack owns it"
    source = "judgement: of two stacks that make it, the one that is destroyed first takes it from the other"
    example = "a `guardduty.Detector` in a program without the setting `manageAccountBaseline`, or where it is false"
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per such resource."""
        setting = table("account_singletons")["setting"]
        if evidence.configuration.values.get(f"{evidence.project.name}:{setting}") in (True, "true"):
            return
        for resource in evidence.up.resources:
            if _once(resource):
                yield self.at(resource, f"an account has this once, and {setting} is not true here")


def _once(resource: Resource) -> bool:
    rows = table("account_singletons")
    name = rows["names"].get(resource.type)
    return resource.type in rows["types"] or bool(name and re.search(name, str(resource.inputs.get("name"))))
