"""Keys of one component alone: where its users, its service or its custodians are not those of the platform's keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Platform

ROTATION_DAYS = 365
DELETION_WINDOW_DAYS = 30
ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
"""What it takes to look after a key, without the right to open anything with it."""


def own_key(
    name: str,
    description: str,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    through: Sequence[str],
    statements: Sequence[Mapping[str, Any]] = (),
    tags: Mapping[str, str] | None = None,
    region: str | None = None,
) -> aws.kms.Key:
    """A key whose whole policy is written here: administered by the account, used only through the services `through`.

    `through` are service names as in `kms:ViaService`, e.g. `secretsmanager`; IAM says which roles may do so.
    `statements` let services in that use the key as themselves. It rotates every year, and its alias is `name` below
    the platform's. `region` is another than the stack's.
    """
    account = {"AWS": platform.account_id}
    via = [f"{service}.{region or platform.region}.amazonaws.com" for service in through]
    policy = [
        # The account as principal: its administrators cannot be locked out, and none of them can decrypt with it.
        # "*" is this key and no other, as everywhere in a key's policy.
        {
            "Sid": "AccountAdministers",
            "Effect": "Allow",
            "Principal": account,
            "Action": list(ADMINISTRATION),
            "Resource": "*",
        },
        {
            "Sid": "RolesUseItThroughServices",
            "Effect": "Allow",
            "Principal": account,
            "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            "Resource": "*",
            "Condition": {"StringEquals": {"kms:ViaService": via}},
        },
        *statements,
    ]
    key = aws.kms.Key(
        name,
        region=region,
        description=description,
        enable_key_rotation=True,
        rotation_period_in_days=ROTATION_DAYS,
        deletion_window_in_days=DELETION_WINDOW_DAYS,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": policy}),
        tags=tags,
        opts=pulumi.ResourceOptions(parent=parent, protect=platform.protected),
    )
    aws.kms.Alias(
        name,
        region=region,
        name=f"alias/{platform.name}-{name}",
        target_key_id=key.key_id,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return key


def service_use(
    sid: str, service: str, actions: Sequence[str], conditions: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The statement that lets an AWS service use the key as itself, e.g. `events.amazonaws.com`."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": list(actions),
        "Resource": "*",
        "Condition": conditions,
    }


def rules_keep_evidence(platform: Platform) -> Mapping[str, Any]:
    """The statement that lets EventBridge rules of this account write to a queue under the key."""
    return service_use(
        "RulesKeepEvidence",
        "events.amazonaws.com",
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        {"StringEquals": {"aws:SourceAccount": platform.account_id}},
    )


def kept_open(sid: str, service: str, platform: Platform) -> Mapping[str, Any]:
    """The statement that lets `service` keep the key open by grants, for what takes longer than a call."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": platform.account_id},
        "Action": "kms:CreateGrant",
        "Resource": "*",
        "Condition": {
            "StringEquals": {"kms:ViaService": f"{service}.{platform.region}.amazonaws.com"},
            # Not for a role of the account that asks for one itself.
            "Bool": {"kms:GrantIsForAWSResource": "true"},
        },
    }
