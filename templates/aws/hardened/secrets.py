"""Logins of the client: kept in Secrets Manager under a customer key, and in no state file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Platform
from .identity import statement


@dataclass(frozen=True, kw_only=True)
class ClientSecret:
    """A secret, and the version that holds what the client has set."""

    arn: pulumi.Output[str]
    version: aws.secretsmanager.SecretVersion


def client_secret(
    name: str,
    description: str,
    content: Mapping[str, pulumi.Input[str]],
    platform: Platform,
    parent: pulumi.Resource,
) -> ClientSecret:
    """A secret that holds `content` as JSON."""
    secret = aws.secretsmanager.Secret(
        name,
        description=description,
        kms_key_id=platform.keys.secrets,
        recovery_window_in_days=30 if platform.protected else 0,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    closed = close_secret(name, secret, platform, parent)
    text = pulumi.Output.secret(pulumi.Output.json_dumps(content))
    version = aws.secretsmanager.SecretVersion(
        name,
        secret_id=secret.id,
        # Write-only: neither the state nor a plan ever holds it.
        secret_string_wo=text,
        # AWS never gives a write-only value back: this number alone tells that the content has changed.
        secret_string_wo_version=text.apply(fingerprint),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[closed]),
    )
    return ClientSecret(arn=secret.arn, version=version)


def close_secret(
    name: str,
    secret: aws.secretsmanager.Secret,
    platform: Platform,
    parent: pulumi.Resource,
    statements: Sequence[Mapping[str, Any]] = (),
) -> aws.secretsmanager.SecretPolicy:
    """The secret's one policy: no other account, ever, whatever somebody allows a role, and what `statements` add.

    Whoever puts something into the secret waits for it.
    """
    this_account_only = {
        "Sid": "ThisAccountOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": [
            "secretsmanager:BatchGetSecretValue",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutResourcePolicy",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecret",
        ],
        "Resource": "*",
        "Condition": {
            "StringNotEquals": {"aws:PrincipalAccount": platform.account_id},
            # A service that acts for itself belongs to no account.
            "Bool": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    return aws.secretsmanager.SecretPolicy(
        name,
        secret_arn=secret.arn,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [this_account_only, *statements]}),
        # Refused by AWS when it would let everybody in, whoever writes it.
        block_public_policy=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def may_read(secret: ClientSecret, platform: Platform) -> Sequence[Mapping[str, Any]]:
    """The statements that let a workload read a secret, and open the key of secrets through Secrets Manager alone."""
    through = {"StringEquals": {"kms:ViaService": f"secretsmanager.{platform.region}.amazonaws.com"}}
    return [
        statement(["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], [secret.arn]),
        statement(["kms:Decrypt"], [platform.keys.secrets], through),
    ]


def fingerprint(text: str) -> int:
    """31 bits that change with the text and do not lead back to it: the version of a write-only value."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
