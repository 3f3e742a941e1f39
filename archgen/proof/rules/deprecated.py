"""Rule `deprecated`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.engine import Resource
from archgen.proof.paths_in_inputs import values
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table


class Deprecated(Rule):
    """No resource class and no argument that its provider has given up."""

    id = "deprecated"
    title = "no resource class and no argument that its provider has given up"
    source = "deprecation marks of the provider SDKs: archgen/proof/tables/deprecated.yaml"
    example = '`aws.ec2.SecurityGroupRule(...)`, or `aws.s3.Bucket(acl="private")`'

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per resource or argument: the SDK itself says nothing when it is used."""
        for resource in evidence.up.resources or evidence.preview.resources:
            yield from (self.at(resource, message) for message in _messages(resource))


def _messages(resource: Resource) -> Iterator[str]:
    rows = table("deprecated")
    families = (row for name, row in rows["families"].items() if resource.type.startswith(name))
    for row in (rows["types"].get(resource.type), *families):
        if row is not None:
            yield f"{resource.type} is deprecated: use {row['use']}"
    for path, row in rows["inputs"].get(resource.type, {}).items():
        if any(value is not None for value in values(resource.inputs, path)):
            yield f"{path} is deprecated: use {row['use']}"
