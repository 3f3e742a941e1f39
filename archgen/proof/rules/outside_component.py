"""Rule `outside-component`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.rule import Evidence, Finding, Rule


class OutsideComponent(Rule):
    """Every cloud resource lies under a component."""

    id = "outside-component"
    title = "every cloud resource lies under a component"
    source = "judgement: what no component owns is in no picture, no sizing and no control"
    example = "a component's resource without `opts=pulumi.ResourceOptions(parent=self)`"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per cloud resource that no component is above."""
        for resource in evidence.up.resources or evidence.preview.resources:
            if resource.from_provider and resource.component is None:
                yield self.at(
                    resource, f"{resource.type} '{resource.name}' has no component above it; give it a parent"
                )
