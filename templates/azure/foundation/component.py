"""Foundation: the resource group, the keys, the image registry, the log workspace and who is told of alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from ..contracts import Artefacts, Keys, Registry
from ..hardened.identity import CRYPTO_SERVICE_ENCRYPTION_USER, allow_principal
from ..hardened.monitoring import diagnostics
from ..hardened.naming import shortened
from ..hardened.storage import delete_after, private_account

VAULT_NAME, REGISTRY_NAME, ACCOUNT_NAME = 24, 50, 24
"""Longest names, in characters."""
SOFT_DELETE_DAYS = 90
ROTATE_AFTER, EXPIRE_AFTER = "P365D", "P2Y"
SHORT_NAME = 12
"""Characters of an action group's name in a text message."""
DEAD_LETTERS, KEEP_DEAD_LETTERS_DAYS = "dead-letters", 14


@dataclass(frozen=True, kw_only=True)
class FoundationArgs:
    name: str
    """Project and stack, e.g. `payments-fraud-prod`."""
    suffix: str
    region: str
    tags: Mapping[str, str]
    subscription_id: pulumi.Input[str]
    tenant_id: pulumi.Input[str]
    protected: bool
    log_retention_days: int
    """30 to 730: what a workspace keeps for interactive search."""
    alarm_emails: Sequence[str]


class Foundation(pulumi.ComponentResource):
    suffix: str
    protected: bool
    resource_group: pulumi.Output[str]
    keys: Keys
    registry: Registry
    artefacts: Artefacts
    log_workspace_id: pulumi.Output[str]
    insights_id: pulumi.Output[str]
    action_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: FoundationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:Foundation", name, None, opts)
        if not args.alarm_emails:
            raise ValueError("alarmEmails is empty: alerts that nobody receives protect nothing")
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._kept = pulumi.ResourceOptions(parent=self, protect=args.protected)
        self.suffix = args.suffix
        self.protected = args.protected
        self.resource_group = azure.resources.ResourceGroup(
            name, resource_group_name=args.name, location=args.region, tags=args.tags, opts=self._kept
        ).name
        self.log_workspace_id, self.insights_id = self._make_logs()
        self.action_group_id = self._make_action_group()
        self.keys = self._make_keys()
        self.registry = self._make_registry()
        self.artefacts = self._make_artefacts()
        self.register_outputs(
            {
                "resource_group": self.resource_group,
                "registry_server": self.registry.server,
                "manifests": pulumi.Output.concat(self.artefacts.blob_url, self.artefacts.manifests_container),
            }
        )

    def _make_logs(self) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        args, insights = self._args, azure.operationalinsights
        workspace = insights.Workspace(
            self._name,
            resource_group_name=self.resource_group,
            workspace_name=args.name,
            location=args.region,
            sku=insights.WorkspaceSkuArgs(name=insights.WorkspaceSkuNameEnum.PER_GB2018),
            retention_in_days=args.log_retention_days,
            features=insights.WorkspaceFeaturesArgs(
                disable_local_auth=True, enable_log_access_using_only_resource_permissions=True
            ),
            # Diagnostics and alerts come and read over Azure's own network. Whether people may search from elsewhere
            # is for the landing zone's private link scope, of which a network can have only one.
            public_network_access_for_ingestion=insights.PublicNetworkAccessType.ENABLED,
            public_network_access_for_query=insights.PublicNetworkAccessType.ENABLED,
            tags=args.tags,
            opts=self._kept,
        )
        component = azure.applicationinsights.Component(
            self._name,
            resource_group_name=self.resource_group,
            resource_name_=args.name,
            location=args.region,
            kind="web",
            application_type=azure.applicationinsights.ApplicationType.WEB,
            workspace_resource_id=workspace.id,
            ingestion_mode=azure.applicationinsights.IngestionMode.LOG_ANALYTICS,
            disable_local_auth=True,
            tags=args.tags,
            opts=self._child,
        )
        return workspace.id, component.id

    def _make_action_group(self) -> pulumi.Output[str]:
        args = self._args
        group = azure.monitor.ActionGroup(
            self._name,
            resource_group_name=self.resource_group,
            action_group_name=args.name,
            group_short_name=args.name[:SHORT_NAME],
            location="Global",
            enabled=True,
            email_receivers=[
                azure.monitor.MicrosoftCommonEmailReceiverArgs(
                    # Named by the address, not by its place in the list: a reordered list changes nobody.
                    name=address,
                    email_address=address,
                    use_common_alert_schema=True,
                )
                for address in args.alarm_emails
            ],
            tags=args.tags,
            opts=self._child,
        )
        return group.id

    def _make_keys(self) -> Keys:
        args, vaults = self._args, azure.keyvault
        vault = vaults.Vault(
            self._name,
            resource_group_name=self.resource_group,
            vault_name=shortened(args.name, args.suffix, "kv", self._name, VAULT_NAME, separator="-"),
            location=args.region,
            properties=vaults.VaultPropertiesArgs(
                tenant_id=args.tenant_id,
                sku=vaults.SkuArgs(family=vaults.SkuFamily.A, name=vaults.SkuName.PREMIUM),
                enable_rbac_authorization=True,
                enable_soft_delete=True,
                # It cannot be taken back, and services refuse a customer key without it.
                enable_purge_protection=True,
                soft_delete_retention_in_days=SOFT_DELETE_DAYS,
                public_network_access="Disabled",
                network_acls=vaults.NetworkRuleSetArgs(
                    default_action=vaults.NetworkRuleAction.DENY, bypass=vaults.NetworkRuleBypassOptions.AZURE_SERVICES
                ),
            ),
            tags=args.tags,
            opts=self._kept,
        )
        diagnostics(f"{self._name}-vault", vault.id, self.log_workspace_id, self)
        identity = azure.managedidentity.UserAssignedIdentity(
            f"{self._name}-encryption",
            resource_group_name=self.resource_group,
            resource_name_=f"{args.name}-encryption",
            location=args.region,
            tags=args.tags,
            opts=self._child,
        )
        uses_keys = allow_principal(
            f"{self._name}-encryption-uses-keys",
            self,
            identity.principal_id,
            CRYPTO_SERVICE_ENCRYPTION_USER,
            vault.id,
            args.subscription_id,
        )
        data, disks = self._key("data", vault), self._key("disks", vault)
        return Keys(
            vault_id=vault.id,
            vault_uri=pulumi.Output.concat("https://", vault.name, ".vault.azure.net"),
            vault_name=vault.name,
            data=data.name,
            data_url=data.key_uri_with_version,
            disks_url=disks.key_uri_with_version,
            identity_id=identity.id,
            identity_client_id=identity.client_id,
            ready=[uses_keys],
        )

    def _key(self, kind: str, vault: azure.keyvault.Vault) -> azure.keyvault.Key:
        vaults = azure.keyvault
        return vaults.Key(
            f"{self._name}-{kind}",
            resource_group_name=self.resource_group,
            vault_name=vault.name,
            key_name=kind,
            properties=vaults.KeyPropertiesArgs(
                kty=vaults.JsonWebKeyType.RS_A_HSM,
                key_size=3072,
                key_ops=[vaults.JsonWebKeyOperation.WRAP_KEY, vaults.JsonWebKeyOperation.UNWRAP_KEY],
                attributes=vaults.KeyAttributesArgs(enabled=True, exportable=False),
                rotation_policy=vaults.RotationPolicyArgs(
                    attributes=vaults.KeyRotationPolicyAttributesArgs(expiry_time=EXPIRE_AFTER),
                    lifetime_actions=[
                        vaults.LifetimeActionArgs(
                            action=vaults.ActionArgs(type=vaults.KeyRotationPolicyActionType.ROTATE),
                            trigger=vaults.TriggerArgs(time_after_create=ROTATE_AFTER),
                        )
                    ],
                ),
            ),
            tags=self._args.tags,
            opts=self._kept,
        )

    def _make_registry(self) -> Registry:
        args, keys, registries = self._args, self.keys, azure.containerregistry
        registry = registries.Registry(
            self._name,
            resource_group_name=self.resource_group,
            registry_name=shortened(args.name, args.suffix, "cr", self._name, REGISTRY_NAME),
            location=args.region,
            sku=registries.SkuArgs(name=registries.SkuName.PREMIUM),
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            data_endpoint_enabled=True,
            public_network_access=registries.PublicNetworkAccess.DISABLED,
            network_rule_bypass_options=registries.NetworkRuleBypassOptions.AZURE_SERVICES,
            zone_redundancy=registries.ZoneRedundancy.ENABLED,
            identity=registries.IdentityPropertiesArgs(
                type=registries.ResourceIdentityType.USER_ASSIGNED,
                # Of all services this one takes the identities as a map.
                user_assigned_identities=keys.identity_id.apply(
                    lambda identity_id: {identity_id: registries.UserIdentityPropertiesArgs()}
                ),
            ),
            encryption=registries.EncryptionPropertyArgs(
                status=registries.EncryptionStatus.ENABLED,
                key_vault_properties=registries.KeyVaultPropertiesArgs(
                    identity=keys.identity_client_id,
                    # Without a version, so that the registry follows the key's rotation.
                    key_identifier=pulumi.Output.concat(keys.vault_uri, "/keys/", keys.data),
                ),
            ),
            policies=registries.PoliciesArgs(
                export_policy=registries.ExportPolicyArgs(status=registries.ExportPolicyStatus.DISABLED),
                retention_policy=registries.RetentionPolicyArgs(status=registries.PolicyStatus.ENABLED, days=30),
                azure_ad_authentication_as_arm_policy=registries.AzureADAuthenticationAsArmPolicyArgs(
                    status=registries.AzureADAuthenticationAsArmPolicyStatus.DISABLED
                ),
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protected, depends_on=list(keys.ready)),
        )
        diagnostics(f"{self._name}-registry", registry.id, self.log_workspace_id, self)
        return Registry(id=registry.id, server=registry.login_server)

    def _make_artefacts(self) -> Artefacts:
        args, name = self._args, f"{self._name}-artefacts"
        account = private_account(
            name,
            shortened(args.name, args.suffix, "st", name, ACCOUNT_NAME),
            resource_group=self.resource_group,
            region=args.region,
            keys=self.keys,
            # Azure ML keeps its files here, and refuses a Data Lake for them.
            hierarchical=False,
            protected=args.protected,
            tags=args.tags,
            parent=self,
        )
        delete_after(name, account, self.resource_group, {f"{DEAD_LETTERS}/": KEEP_DEAD_LETTERS_DAYS}, self)
        manifests, dead_letters = (
            azure.storage.BlobContainer(
                f"{self._name}-{container}",
                resource_group_name=self.resource_group,
                account_name=account.name,
                container_name=container,
                public_access=azure.storage.PublicAccess.NONE,
                opts=self._child,
            )
            for container in ("manifests", DEAD_LETTERS)
        )
        return Artefacts(
            account_id=account.id,
            account_name=account.name,
            blob_url=pulumi.Output.concat("https://", account.name, ".blob.core.windows.net/"),
            manifests_container=manifests.name,
            manifests_id=manifests.id,
            dead_letters_container=dead_letters.name,
            dead_letters_id=dead_letters.id,
        )
