"""Roles of those who look after the platform instead of running in it: copies, experiments.

The platform's boundary is what a workload may do. A custodian needs what no workload may, such as changing a network or
a bucket's notifications, so each has a boundary of its own, which no other role has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Platform
from .identity import service_role


def custodian_role(
    name: str,
    service: str,
    limits: Sequence[Mapping[str, Any]],
    policies: Mapping[str, str],
    platform: Platform,
    parent: pulumi.Resource,
) -> tuple[aws.iam.Role, Sequence[pulumi.Resource]]:
    """The role that `service` takes, and what gives it its rights: whatever uses it waits for those.

    `policies` are AWS's own, by what they are for: AWS adds to them when the service learns something new. `limits` are
    the statements that none of them reaches beyond.
    """
    child = pulumi.ResourceOptions(parent=parent)
    boundary = aws.iam.Policy(
        f"{name}-boundary",
        description=f"The most that {name} of {platform.name} can be granted",
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(limits)}),
        opts=child,
    )
    role = service_role(name, service, platform, parent, boundary_arn=boundary.arn)
    attached = [
        aws.iam.RolePolicyAttachment(f"{name}-{purpose}", role=role.name, policy_arn=arn, opts=child)
        for purpose, arn in policies.items()
    ]
    return role, attached
