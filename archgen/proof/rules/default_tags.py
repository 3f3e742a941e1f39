"""Rule `default-tags`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.rule import Evidence, Finding, Rule
from archgen.services.catalogue import clouds

NEEDED = ("project", "environment", "managed-by", "data-class")
"""What is known of every program; an owner and a cost centre are the client's to add."""


class DefaultTags(Rule):
    """Each stack says for all of its resources whose they are: project, environment, class of data and manager."""

    id = "default-tags"
    title = "each stack tags all that it makes with project, environment, data class and manager"
    source = "AWS Well-Architected, COST03-BP02; https://www.pulumi.com/registry/packages/aws/api-docs/provider/"
    example = "a stack file without `aws:defaultTags`"
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per tag that a stack does not set; none for a program whose coverage does not say what was asked
        for, which was not written from a spec.
        """
        cloud = clouds().get(evidence.cloud or "") if (evidence.coverage or {}).get("design") else None
        key = cloud.facts["stack_settings"].get("tags") if cloud else None
        if key is None:
            return
        stack = evidence.project.stacks[evidence.stack]
        place = {"file": stack.file, "line": stack.lines.get(key)}
        said = evidence.configuration.values.get(key) or {}
        tags = said.get("tags", said)
        for name in NEEDED:
            if not tags.get(name):
                yield self.general(f"{key} does not set {name!r}", **place)
        if tags.get("environment") not in (None, evidence.stack):
            yield self.general(f"{key} says environment {tags['environment']!r}: this is {evidence.stack}", **place)
