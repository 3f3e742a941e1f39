"""Rule `root-component-unknown`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.rule import Evidence, Finding, Rule


class RootComponentUnknown(Rule):
    """Every resource belongs to a component of the architecture."""

    id = "root-component-unknown"
    title = "every cloud resource belongs to a component of the architecture"
    source = "judgement: what the architecture does not name was decided by nobody"
    example = "a component `scratch` in `__main__.py` that docs/coverage.json does not have"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per cloud resource whose root component the coverage does not have."""
        if evidence.coverage is None:
            return
        known = {component["id"] for component in evidence.components}
        for resource in evidence.up.resources:
            if resource.from_provider and resource.component is not None and resource.component not in known:
                yield self.at(resource, f"its component '{resource.component}' is none of the architecture")
