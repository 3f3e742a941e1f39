"""Secrets: written and never read back, and a changed value is a new version that its users notice."""

from __future__ import annotations

import hashlib

import pulumi
import pulumi_aws as aws

from ..contracts import Platform


def written_secret(
    name: str,
    description: str,
    value: pulumi.Input[str],
    platform: Platform,
    parent: pulumi.Resource,
    *,
    key_arn: pulumi.Input[str] | None = None,
    policy: pulumi.Input[str] | None = None,
) -> tuple[aws.secretsmanager.Secret, aws.secretsmanager.SecretVersion]:
    """A secret and the version that holds `value`, which enters no state file.

    It lies under the platform's key for secrets, or under `key_arn`. `policy` is the whole resource policy.
    """
    secret = aws.secretsmanager.Secret(
        name,
        description=description,
        kms_key_id=platform.keys.secrets if key_arn is None else key_arn,
        policy=policy,
        recovery_window_in_days=30 if platform.protected else 0,
        opts=pulumi.ResourceOptions(parent=parent, protect=platform.protected),
    )
    version = aws.secretsmanager.SecretVersion(
        name,
        secret_id=secret.id,
        secret_string_wo=value,
        # AWS never gives a write-only value back: this number alone tells that it has changed.
        secret_string_wo_version=pulumi.Output.from_input(value).apply(fingerprint),
        # A new version instead of an update gives a new version id, and with it users that read the new value.
        opts=pulumi.ResourceOptions(parent=parent, replace_on_changes=["secretStringWoVersion"]),
    )
    return secret, version


def fingerprint(text: str) -> int:
    """31 bits that change with the text and do not lead back to it."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
