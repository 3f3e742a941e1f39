"""Identities and roles: one identity per workload, one assignment per thing that it may do, on that thing alone."""

from __future__ import annotations

import pulumi
import pulumi_azure_native as azure

from ..contracts import Platform, Principal, Workload

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
BLOB_DATA_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
BLOB_DATA_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
CRYPTO_SERVICE_ENCRYPTION_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
EVENT_HUBS_DATA_RECEIVER = "a638d3c7-ab3a-418d-83e6-5f17a39d4fde"
EVENT_HUBS_DATA_SENDER = "2b629674-e913-4c01-ae53-ef4638d8f975"
KEY_VAULT_SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
MANAGED_IDENTITY_OPERATOR = "f1a07417-d97a-45cb-824c-7a7467783830"
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
"""Built-in roles by id; the names of roles may change, their ids may not. Source: Azure built-in roles, 2026-04."""


def workload(name: str, platform: Platform, component: pulumi.ComponentResource) -> Workload:
    """A user-assigned identity for one workload: it exists, and can be granted things, before the workload runs."""
    identity = azure.managedidentity.UserAssignedIdentity(
        name,
        resource_group_name=platform.resource_group,
        resource_name_=f"{platform.name}-{name}",
        location=platform.region,
        tags=platform.tags,
        opts=pulumi.ResourceOptions(parent=component),
    )
    return Workload(
        name=name,
        component=component,
        identity_id=identity.id,
        identity_name=identity.name,
        client_id=identity.client_id,
        principal_id=identity.principal_id,
    )


def allow(
    name: str, principal: Principal, role: str, scope: pulumi.Input[str], platform: Platform
) -> azure.authorization.RoleAssignment:
    """Assign a built-in role on `scope` to the principal. It only adds, so no grant overwrites another."""
    return allow_principal(name, principal.component, principal.principal_id, role, scope, platform.subscription_id)


def allow_principal(
    name: str,
    component: pulumi.Resource,
    principal_id: pulumi.Input[str],
    role: str,
    scope: pulumi.Input[str],
    subscription_id: pulumi.Input[str],
) -> azure.authorization.RoleAssignment:
    """`allow` before there is a platform, or for an identity that is nobody's workload."""
    return azure.authorization.RoleAssignment(
        name,
        scope=scope,
        principal_id=principal_id,
        # Without it Entra ID is asked for a principal that it may not have replicated yet, and the deployment fails.
        principal_type=azure.authorization.PrincipalType.SERVICE_PRINCIPAL,
        role_definition_id=pulumi.Output.format(
            "/subscriptions/{0}/providers/Microsoft.Authorization/roleDefinitions/{1}", subscription_id, role
        ),
        opts=pulumi.ResourceOptions(parent=component),
    )
