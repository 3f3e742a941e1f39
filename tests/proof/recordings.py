"""Recordings made by hand, for rules that need a situation rather than a program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archgen.engine import Project, Resource, ResourceGraph, StackFile
from archgen.proof import Evidence

ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def resource(
    name: str,
    type: str,
    component: str,
    /,
    *,
    sources: Mapping[str, tuple[str, ...]] | None = None,
    identities: tuple[str, ...] = (),
    **inputs: Any,
) -> Resource:
    """A resource of a component; its URN is `<component>/<name>/<last part of the type>`."""
    return Resource(
        urn=f"{component}/{name}/{type.rpartition(':')[2]}",
        type=type,
        name=name,
        component=component,
        parent=None,
        custom=True,
        inputs=inputs,
        secret_inputs=(),
        dependencies=(),
        property_dependencies=sources or {},
        protect=False,
        provider=None,
        file="component.py",
        line=1,
        identities=identities,
    )


def evidence(
    *resources: Resource,
    coverage: Mapping[str, Any] | None = None,
    phase: str = "live",
    stack: str = "dev",
    **values: Any,
) -> Evidence:
    """Evidence whose two runs recorded the same; `values` are the stack's settings in the namespace `own`."""
    settings = {f"own:{key}": value for key, value in values.items()}
    file = StackFile(stack=stack, file=f"Pulumi.{stack}.yaml", values=settings, lines={})
    root = Path("/own/infra")
    project = Project(root=root, name="own", program=root, settings=(), fixed={}, stacks={stack: file})
    preview, up = (
        ResourceGraph(stack=stack, phase=phase, mode=mode, resources=resources) for mode in ("preview", "up")
    )
    return Evidence(project, stack, phase, preview, up, coverage, "aws")


def flow(opener: str, other: str, **more: Any) -> dict[str, Any]:
    """A flow that `opener` opens, with the grant `<opener>-uses-<other>`."""
    grant = {"owner": opener, "name": f"{opener}-uses-{other}", "types": [ROLE_POLICY], **more.pop("grant", {})}
    return {"id": "f", "source": opener, "target": other, "opener": opener, "other": other, "grant": grant, **more}


def nested(path: str, value: Any) -> dict[str, Any]:
    """Inputs that have the value at a path (`rules[].key`), and nothing else."""
    head, _, rest = path.partition(".")
    inner = nested(rest, value) if rest else value
    return {head.removesuffix("[]"): [inner] if head.endswith("[]") else inner}
