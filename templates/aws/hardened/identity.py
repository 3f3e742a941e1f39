"""Roles and role policies: one role per workload, under the boundary, trusted for this account only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Platform, Workload


def service_role(
    name: str,
    service: str,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    names_people: bool = False,
    boundary_arn: pulumi.Input[str] | None = None,
) -> aws.iam.Role:
    """A role that the AWS service `service` (e.g. `firehose.amazonaws.com`) assumes on behalf of this account.

    `names_people`: the service also says for whom it does, which the trail then shows beside each call. `boundary_arn`
    bounds it in place of the platform's boundary, where it is no workload.
    """
    actions: Any = ["sts:AssumeRole", "sts:SetSourceIdentity"] if names_people else "sts:AssumeRole"
    return aws.iam.Role(
        name,
        assume_role_policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": actions,
                        "Principal": {"Service": service},
                        # Without it the service could be made to use the role for a resource of another account.
                        "Condition": {"StringEquals": {"aws:SourceAccount": platform.account_id}},
                    }
                ],
            }
        ),
        permissions_boundary=platform.permissions_boundary_arn if boundary_arn is None else boundary_arn,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def statement(
    actions: Sequence[str],
    resources: Sequence[pulumi.Input[str]],
    conditions: Mapping[str, Mapping[str, Any]] | None = None,
) -> Mapping[str, Any]:
    """One `Allow` statement of an identity policy."""
    allowed: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return allowed | ({"Condition": conditions} if conditions else {})


def allow(name: str, workload: Workload, statements: Sequence[Mapping[str, Any]]) -> aws.iam.RolePolicy:
    """Add a policy of its own to the workload's role. It only adds, so no grant overwrites another."""
    return aws.iam.RolePolicy(
        name,
        role=workload.role.name,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)}),
        opts=pulumi.ResourceOptions(parent=workload.component),
    )
