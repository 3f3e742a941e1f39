"""Rule `two-policies-on-one-target`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from archgen.engine import Resource
from archgen.engine.recording import UNKNOWN
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table

TABLE = "once_per_target"


class TwoPoliciesOnOneTarget(Rule):
    """What a target has once (a bucket's policy, a queue's policy, ...) is made once."""

    id = "two-policies-on-one-target"
    title = "what a target has once is made once: a second one overwrites the first"
    source = "https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketpolicy/ and the like, see the table"
    example = "two `BucketPolicy` on one bucket, or a `KeyPolicy` beside `Key(policy=...)`"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per resource that says again what an earlier one said of the same target."""
        known = {identity: each.urn for each in evidence.up.resources for identity in each.identities}
        for kind, row in kinds().items():
            made: dict[str, list[Resource]] = defaultdict(list)
            for resource in evidence.up.resources:
                target = _target(resource, row, known)
                if target is not None:
                    made[target].append(resource)
            for first, *others in made.values():
                for other in others:
                    message = f"a second {kind} for the target of {first.type} '{first.name}'"
                    where = f" ({first.file}:{first.line})" if first.file else ""
                    yield self.at(other, f"{message}{where}: one overwrites the other; make it whole in one place")


def kinds() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Per kind: `types` (resource type to the input with its target), `inline` (type of the target to the input)."""
    return table(TABLE)["kinds"]


def _target(resource: Resource, row: Mapping[str, Mapping[str, str]], known: Mapping[str, str]) -> str | None:
    """The URN of the thing that `resource` says something about, its name where it is made elsewhere."""
    inline = row.get("inline", {}).get(resource.type)
    if inline is not None and resource.inputs.get(inline):
        return resource.urn
    named_by = row["types"].get(resource.type)
    value: Any = resource.inputs.get(named_by) if named_by else None
    return known.get(value, value) if isinstance(value, str) and value != UNKNOWN else None
