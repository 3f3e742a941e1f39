"""Storage accounts: no keys, no public way in, encrypted under the client's key."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_azure_native as azure

from ..contracts import Keys

storage = azure.storage
KEEP_DELETED_DAYS = 14


def private_account(
    name: str,
    account_name: str,
    *,
    resource_group: pulumi.Input[str],
    region: str,
    keys: Keys,
    hierarchical: bool,
    protected: bool,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> storage.StorageAccount:
    """An account over three zones that only Entra ID opens. `hierarchical` makes it a Data Lake, and is for ever."""
    account = storage.StorageAccount(
        name,
        resource_group_name=resource_group,
        account_name=account_name,
        location=region,
        kind=storage.Kind.STORAGE_V2,
        sku=storage.SkuArgs(name=storage.SkuName.STANDARD_ZRS),
        access_tier=storage.AccessTier.HOT,
        is_hns_enabled=hierarchical,
        identity=storage.IdentityArgs(
            type=storage.IdentityType.USER_ASSIGNED, user_assigned_identities=[keys.identity_id]
        ),
        encryption=storage.EncryptionArgs(
            key_source=storage.KeySource.MICROSOFT_KEYVAULT,
            key_vault_properties=storage.KeyVaultPropertiesArgs(key_name=keys.data, key_vault_uri=keys.vault_uri),
            encryption_identity=storage.EncryptionIdentityArgs(encryption_user_assigned_identity=keys.identity_id),
            require_infrastructure_encryption=True,
            services=storage.EncryptionServicesArgs(
                blob=storage.EncryptionServiceArgs(enabled=True, key_type=storage.KeyType.ACCOUNT),
                file=storage.EncryptionServiceArgs(enabled=True, key_type=storage.KeyType.ACCOUNT),
                # Queues and tables take a customer key only when the account is made.
                queue=storage.EncryptionServiceArgs(enabled=True, key_type=storage.KeyType.ACCOUNT),
                table=storage.EncryptionServiceArgs(enabled=True, key_type=storage.KeyType.ACCOUNT),
            ),
        ),
        allow_blob_public_access=False,
        allow_shared_key_access=False,
        allow_cross_tenant_replication=False,
        allowed_copy_scope=storage.AllowedCopyScope.PRIVATE_LINK,
        default_to_o_auth_authentication=True,
        enable_https_traffic_only=True,
        is_local_user_enabled=False,
        is_sftp_enabled=False,
        minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
        public_network_access=storage.PublicNetworkAccess.DISABLED,
        # Stream Analytics and Azure ML come as trusted services, each with its own identity and role.
        network_rule_set=storage.NetworkRuleSetArgs(
            default_action=storage.DefaultAction.DENY, bypass=storage.Bypass.AZURE_SERVICES
        ),
        tags=tags,
        opts=pulumi.ResourceOptions(parent=parent, protect=protected, depends_on=list(keys.ready)),
    )
    storage.BlobServiceProperties(
        name,
        resource_group_name=resource_group,
        account_name=account.name,
        blob_services_name="default",
        delete_retention_policy=storage.DeleteRetentionPolicyArgs(enabled=True, days=KEEP_DELETED_DAYS),
        container_delete_retention_policy=storage.DeleteRetentionPolicyArgs(enabled=True, days=KEEP_DELETED_DAYS),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return account


def delete_after(
    name: str,
    account: storage.StorageAccount,
    resource_group: pulumi.Input[str],
    days_by_prefix: dict[str, int],
    parent: pulumi.Resource,
) -> storage.ManagementPolicy:
    """The account's one lifecycle policy: delete blobs below each `<container>/` so many days after their change."""
    return storage.ManagementPolicy(
        name,
        resource_group_name=resource_group,
        account_name=account.name,
        management_policy_name="default",
        policy=storage.ManagementPolicySchemaArgs(
            rules=[
                storage.ManagementPolicyRuleArgs(
                    name=f"keep-{prefix.strip('/').replace('/', '-')}",
                    type=storage.RuleType.LIFECYCLE,
                    enabled=True,
                    definition=storage.ManagementPolicyDefinitionArgs(
                        filters=storage.ManagementPolicyFilterArgs(blob_types=["blockBlob"], prefix_match=[prefix]),
                        actions=storage.ManagementPolicyActionArgs(
                            base_blob=storage.ManagementPolicyBaseBlobArgs(
                                delete=storage.DateAfterModificationArgs(days_after_modification_greater_than=days)
                            )
                        ),
                    ),
                )
                for prefix, days in sorted(days_by_prefix.items())
            ]
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
