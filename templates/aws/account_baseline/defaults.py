"""What holds for whoever forgets it: no public bucket, no bare volume, no weak password, no open catalogue."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from ..contracts import Platform

PASSWORD_LENGTH = 14
PASSWORDS_REMEMBERED = 24
"""CIS AWS Foundations Benchmark v3.0.0, 1.8 and 1.9; beyond PCI DSS v4.0.1, 8.3.6 (12) and 8.3.7 (4)."""
PASSWORD_DAYS = 90
"""PCI DSS v4.0.1, 8.3.9, where a password is the only factor; the program itself has no users."""
CATALOGUE_KEY = "alias/aws/glue"
"""The account's own key for Glue. It covers names of tables and columns alone, in every program of the account: under
a key of this program each reader of any catalogue would need a grant here."""


def set_defaults(name: str, key: aws.kms.Key, platform: Platform, parent: pulumi.Resource) -> None:
    """The defaults of account and region."""
    options = pulumi.ResourceOptions(parent=parent)
    aws.s3.AccountPublicAccessBlock(
        name,
        account_id=platform.account_id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=options,
    )
    default_key = aws.ebs.DefaultKmsKey(name, key_arn=key.arn, opts=options)
    # After its key, or volumes made in between lie under the one that AWS manages.
    aws.ebs.EncryptionByDefault(
        name, enabled=True, opts=pulumi.ResourceOptions(parent=parent, depends_on=[default_key])
    )
    _encrypt_catalogue(name, key, options)
    aws.iam.AccountPasswordPolicy(
        name,
        minimum_password_length=PASSWORD_LENGTH,
        password_reuse_prevention=PASSWORDS_REMEMBERED,
        max_password_age=PASSWORD_DAYS,
        require_lowercase_characters=True,
        require_numbers=True,
        require_symbols=True,
        require_uppercase_characters=True,
        allow_users_to_change_password=True,
        opts=options,
    )


def _encrypt_catalogue(name: str, key: aws.kms.Key, options: pulumi.ResourceOptions) -> None:
    settings = aws.glue.DataCatalogEncryptionSettingsDataCatalogEncryptionSettingsArgs(
        encryption_at_rest=aws.glue.DataCatalogEncryptionSettingsDataCatalogEncryptionSettingsEncryptionAtRestArgs(
            catalog_encryption_mode="SSE-KMS", sse_aws_kms_key_id=CATALOGUE_KEY
        ),
        # A password that somebody puts into a connection comes back encrypted; the connections here name secrets.
        connection_password_encryption=aws.glue.DataCatalogEncryptionSettingsDataCatalogEncryptionSettingsConnectionPasswordEncryptionArgs(
            return_connection_password_encrypted=True, aws_kms_key_id=key.arn
        ),
    )
    aws.glue.DataCatalogEncryptionSettings(name, data_catalog_encryption_settings=settings, opts=options)
