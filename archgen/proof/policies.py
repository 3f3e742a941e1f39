"""Policy documents of AWS, as the statements that they are made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archgen.engine import Resource, ResourceGraph

IDENTITY_POLICIES = {
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/policy:Policy": "policy",
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
}
RESOURCE_POLICIES = {
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:kms/key:Key": "policy",
    "aws:kms/keyPolicy:KeyPolicy": "policy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:secretsmanager/secret:Secret": "policy",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
    "aws:kinesis/resourcePolicy:ResourcePolicy": "policy",
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": "policy",
}
ROLE = "aws:iam/role:Role"
KEY_POLICIES = frozenset({"aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"})


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement. `actions` are what it names; `others` tells that it means all but those (`NotAction`).

    `principals` are (kind, name): `("Service", "glue.amazonaws.com")`, `("*", "*")` for everybody.
    """

    allows: bool
    actions: tuple[str, ...]
    others: bool
    resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    conditions: Mapping[str, Mapping[str, Any]]

    @property
    def condition_keys(self) -> frozenset[str]:
        """Every key that a condition looks at, in lower case: IAM ignores it."""
        return frozenset(key.lower() for test in self.conditions.values() for key in test)


def statements(document: Any) -> Iterator[Statement]:
    """The statements of a policy given as text; none where it is no policy or not known yet."""
    try:
        content = json.loads(document) if isinstance(document, str) else None
    except ValueError:
        return
    if isinstance(content, dict):
        for entry in _listed(content.get("Statement")):
            if isinstance(entry, dict):
                yield _statement(entry)


def boundaries(graph: ResourceGraph) -> frozenset[str]:
    """The identities of policies that bound roles: they limit what others grant, and grant nothing."""
    return frozenset(str(role.inputs["permissionsBoundary"]) for role in graph.of_type(ROLE) if bounded(role))


def bounded(role: Resource) -> bool:
    """Whether the role has a permissions boundary."""
    return bool(role.inputs.get("permissionsBoundary"))


def granting(graph: ResourceGraph) -> Iterator[tuple[Resource, Statement]]:
    """Every statement that grants something to whoever has the policy; none of a run that broke off, in which the roles
    that would show a policy to be a boundary may be missing.
    """
    if not graph.completed:
        return
    limits = boundaries(graph)
    for type, key in IDENTITY_POLICIES.items():
        for resource in graph.of_type(type):
            if not limits.intersection(resource.identities):
                yield from ((resource, each) for each in statements(resource.inputs.get(key)) if each.allows)


def guarding(graph: ResourceGraph) -> Iterator[tuple[Resource, Statement]]:
    """Every statement of a policy that belongs to a resource."""
    for type, key in RESOURCE_POLICIES.items():
        for resource in graph.of_type(type):
            yield from ((resource, each) for each in statements(resource.inputs.get(key)))


def _statement(entry: Mapping[str, Any]) -> Statement:
    others = "NotAction" in entry
    return Statement(
        allows=entry.get("Effect") == "Allow",
        actions=tuple(_listed(entry.get("NotAction" if others else "Action"))),
        others=others,
        resources=tuple(_listed(entry.get("Resource"))),
        principals=tuple(_principals(entry.get("Principal"))),
        conditions=entry.get("Condition") or {},
    )


def _principals(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for kind, names in value.items():
            yield from ((kind, str(name)) for name in _listed(names))
    elif value is not None:
        yield "*", str(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
