"""An Azure ML workspace that registers models: in a managed network, with a vault that is not the keys' one."""

from __future__ import annotations

import pulumi
import pulumi_azure_native as azure

from ..contracts import Network, Platform, Workload
from .identity import ACR_PULL, BLOB_DATA_CONTRIBUTOR, allow, workload
from .monitoring import diagnostics
from .naming import global_name
from .private_link import private_endpoint

ml = azure.machinelearningservices
VAULT_NAME, WORKSPACE_NAME = 24, 32
KEY_VAULT_ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
NETWORK_CONNECTION_APPROVER = "b556d68e-0be0-4f35-a333-ad7ee1ce17ea"


def workspace(
    name: str, platform: Platform, network: Network, component: pulumi.ComponentResource
) -> tuple[ml.Workspace, Workload]:
    """The workspace with its vault, its private endpoint and its logs; and the identity that it acts as."""
    who = workload(f"{name}-workspace", platform, component)
    vault = _vault(name, platform, component)
    rights = [
        allow(f"{name}-workspace-writes-files", who, BLOB_DATA_CONTRIBUTOR, platform.artefacts.account_id, platform),
        allow(f"{name}-workspace-keeps-secrets", who, KEY_VAULT_ADMINISTRATOR, vault.id, platform),
        allow(f"{name}-workspace-pulls-images", who, ACR_PULL, platform.registry.id, platform),
        # Without it the managed network's endpoints are never approved, and nothing says so.
        *(
            allow(f"{name}-workspace-joins-{part}", who, NETWORK_CONNECTION_APPROVER, target, platform)
            for part, target in {
                "files": platform.artefacts.account_id,
                "vault": vault.id,
                "registry": platform.registry.id,
            }.items()
        ),
    ]
    keys = platform.keys
    made = ml.Workspace(
        name,
        resource_group_name=platform.resource_group,
        workspace_name=global_name(platform, "mlw", name, WORKSPACE_NAME, separator="-"),
        location=platform.region,
        kind="Default",
        sku=ml.SkuArgs(name="Basic", tier=ml.SkuTier.BASIC),
        identity=ml.ManagedServiceIdentityArgs(
            type=ml.ManagedServiceIdentityType.USER_ASSIGNED,
            user_assigned_identities=[who.identity_id, keys.identity_id],
        ),
        primary_user_assigned_identity=who.identity_id,
        storage_account=platform.artefacts.account_id,
        key_vault=vault.id,
        container_registry=platform.registry.id,
        application_insights=platform.insights_id,
        system_datastores_auth_mode=ml.SystemDatastoresAuthMode.IDENTITY,
        public_network_access=ml.PublicNetworkAccessType.DISABLED,
        v1_legacy_mode=False,
        # Both can be said only when the workspace is made.
        hbi_workspace=True,
        enable_service_side_cmk_encryption=True,
        encryption=ml.EncryptionPropertyArgs(
            status=ml.EncryptionStatus.ENABLED,
            identity=ml.IdentityForCmkArgs(user_assigned_identity=keys.identity_id),
            key_vault_properties=ml.KeyVaultPropertiesArgs(
                key_vault_arm_id=keys.vault_id, key_identifier=keys.data_url
            ),
        ),
        managed_network=ml.ManagedNetworkSettingsArgs(isolation_mode=ml.IsolationMode.ALLOW_ONLY_APPROVED_OUTBOUND),
        tags=platform.tags,
        # Azure keeps a deleted workspace for 14 days and its name with it.
        opts=pulumi.ResourceOptions(
            parent=component, protect=platform.protected, depends_on=[*rights, *keys.ready, *network.ready]
        ),
    )
    private_endpoint(f"{name}-workspace", made.id, "amlworkspace", platform, network, component)
    diagnostics(f"{name}-workspace", made.id, platform.log_workspace_id, component)
    return made, who


def _vault(name: str, platform: Platform, component: pulumi.Resource) -> azure.keyvault.Vault:
    """For connections and run secrets: the workspace administers it, which it may not do with the keys' vault."""
    vaults = azure.keyvault
    return vaults.Vault(
        f"{name}-workspace",
        resource_group_name=platform.resource_group,
        vault_name=global_name(platform, "kv", name, VAULT_NAME, separator="-"),
        location=platform.region,
        properties=vaults.VaultPropertiesArgs(
            tenant_id=platform.tenant_id,
            sku=vaults.SkuArgs(family=vaults.SkuFamily.A, name=vaults.SkuName.STANDARD),
            enable_rbac_authorization=True,
            enable_soft_delete=True,
            enable_purge_protection=True,
            soft_delete_retention_in_days=90,
            public_network_access="Disabled",
            network_acls=vaults.NetworkRuleSetArgs(
                default_action=vaults.NetworkRuleAction.DENY, bypass=vaults.NetworkRuleBypassOptions.AZURE_SERVICES
            ),
        ),
        tags=platform.tags,
        opts=pulumi.ResourceOptions(parent=component, protect=platform.protected),
    )
