"""Rule `other-region`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from archgen.proof.references import texts
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.services.catalogue import clouds

SETTINGS = {"aws": "aws:region", "gcp": "gcp:region", "azure": "azure-native:location"}


class OtherRegion(Rule):
    """What a stack makes lies in the region of the stack, and names no other."""

    id = "other-region"
    title = "no input names a region other than the stack's, or one that its component makes things in"
    source = "judgement: a region written into a program is right in one stack and wrong in the next"
    example = '`"arn:aws:kinesis:eu-central-1:123456789012:stream/events"` in a stack of eu-west-1'
    family = "inputs"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per input text; what a setting says is the reader's own business.

        A setting that is a region opens it to the component alone that makes something there, such as copies.
        """
        own = evidence.configuration.values.get(SETTINGS.get(evidence.cloud or "", ""))
        if not isinstance(own, str) or not evidence.up.completed:
            return
        pattern = _regions(evidence.cloud or "")
        settings = [str(value) for key, value in evidence.configuration.values.items() if key not in SETTINGS.values()]
        second = {setting for setting in settings if pattern.fullmatch(setting)}
        given = "\n".join(setting for setting in settings if setting not in second)
        made = [resource for resource in evidence.up.resources if resource.from_provider]
        places = {(each.component, each.inputs.get("region")) for each in made if each.inputs.get("region") in second}
        for resource in made:
            named = {found.lower() for text in texts(resource) for found in pattern.findall(text)} - {own}
            for region in sorted(named):
                if region not in given and (resource.component, region) not in places:
                    yield self.at(resource, f"it names {region}; the stack is in {own}: use the stack's region")


@cache
def _regions(cloud: str) -> re.Pattern[str]:
    """Any region that the cloud has, as a word of its own; a zone is its region and a letter."""
    names = sorted((row["name"] for row in clouds()[cloud].facts["regions"]), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, names))})(?=-?[a-f]?(?![\w-]))", re.IGNORECASE)
