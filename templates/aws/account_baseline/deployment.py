"""Who deploys: roles that the workflows of one repository take, each for its environment alone, without a stored key.

The first deployment of all is a person's. From then on a workflow may change everything but who may deploy, and can
make no role that is not bounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Platform

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
PREVIEW, PRODUCTION = "preview", "production"
"""Environments of the workflows in `.github/workflows/`; production asks a person before a job begins."""
LOOKED_UP = (
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribePrefixLists",
    "servicequotas:Get*",
    "servicequotas:List*",
    "sts:GetCallerIdentity",
)
"""What a preview asks the account beside its roles, none of which admits a resource; all else it takes from the state.
No data is among it."""
WITHOUT_A_REGION = "us-east-?"
"""Budgets, Cost Explorer and Route 53 answer in Virginia for every region."""
SELF = ("iam:*Policy*", "iam:DeleteRole*", "iam:PutRole*", "iam:UpdateAssumeRolePolicy", "iam:*OpenIDConnectProvider*")


@dataclass(frozen=True, kw_only=True)
class Deployers:
    """ARNs of the roles: one looks, one changes."""

    preview_role_arn: pulumi.Output[str]
    deploy_role_arn: pulumi.Output[str]


def let_deploy(name: str, repository: str, platform: Platform, parent: pulumi.Resource) -> Deployers:
    """The identity provider of GitHub and a role for each environment of `repository` (`owner/name`)."""
    provider = aws.iam.OpenIdConnectProvider(
        name,
        url=f"https://{ISSUER}",
        client_id_lists=[AUDIENCE],
        opts=pulumi.ResourceOptions(parent=parent),
    )

    def role(suffix: str, environment: str, statements: Sequence[Mapping[str, Any]]) -> pulumi.Output[str]:
        return _role(f"{name}-{suffix}", f"repo:{repository}:environment:{environment}", provider, statements, parent)

    return Deployers(
        preview_role_arn=role("preview", PREVIEW, _may_look(platform)),
        deploy_role_arn=role("deploy", PRODUCTION, _may_deploy(f"{name}-deploy", platform)),
    )


def _role(
    name: str,
    subject: str,
    provider: aws.iam.OpenIdConnectProvider,
    statements: Sequence[Mapping[str, Any]],
    parent: pulumi.Resource,
) -> pulumi.Output[str]:
    child = pulumi.ResourceOptions(parent=parent)
    # The same policy twice: what the role may do, and the most that anybody could ever give it.
    policy = aws.iam.Policy(
        f"{name}-boundary",
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)}),
        opts=child,
    )
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": provider.arn},
        "Condition": {"StringEquals": {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": subject}},
    }
    role = aws.iam.Role(
        name,
        assume_role_policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [trust]}),
        permissions_boundary=policy.arn,
        opts=child,
    )
    aws.iam.RolePolicyAttachment(name, role=role.name, policy_arn=policy.arn, opts=child)
    return role.arn


def _may_look(platform: Platform) -> Sequence[Mapping[str, Any]]:
    roles = pulumi.Output.format("arn:aws:iam::{0}:role/*", platform.account_id)
    return [
        {"Sid": "Looks", "Effect": "Allow", "Action": list(LOOKED_UP), "Resource": "*"},
        {"Sid": "LooksAtRoles", "Effect": "Allow", "Action": "iam:GetRole", "Resource": roles},
    ]


def _may_deploy(name: str, platform: Platform) -> Sequence[Mapping[str, Any]]:
    def ours(kind: str) -> pulumi.Output[str]:
        return pulumi.Output.format("arn:aws:iam::{0}:{1}", platform.account_id, kind)

    part_of_the_world = platform.region.partition("-")[0]
    bounded = {"StringLike": {"iam:PermissionsBoundary": ours("policy/*-boundary-*")}}
    return [
        {
            "Sid": "AllButIdentities",
            "Effect": "Allow",
            "NotAction": ["account:*", "iam:*", "organizations:*"],
            "Resource": "*",
            # The part of the world that the stack's region lies in: no workflow starts anything elsewhere.
            "Condition": {"StringLike": {"aws:RequestedRegion": [f"{part_of_the_world}-*", WITHOUT_A_REGION]}},
        },
        {
            "Sid": "LooksAtIdentities",
            "Effect": "Allow",
            "Action": ["iam:Get*", "iam:List*"],
            "Resource": [ours("role/*"), ours("policy/*"), ours("oidc-provider/*")],
        },
        {
            "Sid": "BoundedRolesOnly",
            "Effect": "Allow",
            "Action": [
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
            ],
            "Resource": ours("role/*"),
            "Condition": bounded,
        },
        {
            "Sid": "LooksAfterRoles",
            "Effect": "Allow",
            "Action": [
                "iam:DeleteRole",
                "iam:PassRole",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
            ],
            "Resource": ours("role/*"),
        },
        {
            "Sid": "Boundaries",
            "Effect": "Allow",
            "Action": [
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:TagPolicy",
            ],
            "Resource": ours("policy/*-boundary-*"),
        },
        {
            "Sid": "RolesOfServices",
            "Effect": "Allow",
            "Action": "iam:CreateServiceLinkedRole",
            "Resource": ours("role/aws-service-role/*"),
        },
        # The account's one password policy is no resource.
        {
            "Sid": "Passwords",
            "Effect": "Allow",
            "Action": ["iam:GetAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"],
            "Resource": "*",
        },
        # Who may deploy is for a person to change.
        {
            "Sid": "NeverItself",
            "Effect": "Deny",
            "Action": [*SELF, "iam:TagRole", "iam:UpdateRole"],
            "Resource": [ours(f"role/{name}*"), ours(f"policy/{name}-boundary*"), ours(f"oidc-provider/{ISSUER}")],
        },
    ]
