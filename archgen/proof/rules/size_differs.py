"""Rule `size-differs`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from archgen.proof.constraints import leaves_at
from archgen.proof.rule import Evidence, Finding, Rule


class SizeDiffers(Rule):
    """What was worked out is what the stack is given, and what a resource of the component gets."""

    id = "size-differs"
    title = "sizes of the stack are those that were worked out, and reach a resource"
    source = "judgement: a sizing that the program does not follow is decoration"
    example = "`eventsShards: 6` where docs/sizing.md says 15, or a stream with `shard_count=4`"
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per size of the stack; a component of the live phase is looked at in that phase."""
        for component in evidence.components:
            for name, size in component.get("sizes", {}).items():
                expected = size["values"].get(evidence.stack)
                problem = (
                    _problem(component, name, size["setting"], expected, evidence) if expected is not None else None
                )
                if problem:
                    yield self.general(problem, file=component.get("file"), line=component.get("line"))


def _problem(component: Mapping[str, Any], name: str, setting: str, expected: float, evidence: Evidence) -> str | None:
    given = evidence.configuration.values.get(f"{evidence.project.name}:{setting}")
    if given is not None and str(given) != str(expected):
        return f"{setting} is {given} in stack {evidence.stack}; {expected} was worked out"
    # A size may be part of a text: of a tier's name, or of a definition that the resource is given as a whole.
    number = re.compile(rf"(?<![\d.]){re.escape(str(expected))}(?![\d.])")
    reached = any(
        number.search(str(value))
        for resource in evidence.up.of_component(component["id"])
        if resource.from_provider
        for _, _, value in leaves_at(resource.inputs)
    )
    if evidence.phase == "live" and evidence.up.completed and not reached:
        return f"no resource of '{component['id']}' gets the {name} that were worked out, {expected}"
    return None
