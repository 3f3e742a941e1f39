"""A private Kubernetes cluster without local accounts, and how Flux puts the manifests beside the program on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_azure_native as azure

from ..contracts import Cluster, Network, Platform, Workload
from .identity import (
    ACR_PULL,
    BLOB_DATA_READER,
    MANAGED_IDENTITY_OPERATOR,
    NETWORK_CONTRIBUTOR,
    allow,
    workload,
)
from .monitoring import diagnostics

aks = azure.containerservice
SERVICE_CIDR, DNS_ADDRESS = "172.16.0.0/16", "172.16.0.10"
SYSTEM_SIZE, SYSTEM_NODES, SYSTEM_MAX_NODES = "Standard_D4ds_v5", 3, 6
ZONES = ["1", "2", "3"]
POOL_NAME = 12
MAX_PODS = 110
"""Of a node: what Kubernetes is tested for (Considerations for large clusters); an overlay would take 250."""
AUDIENCE = "api://AzureADTokenExchange"
SYNC_SECONDS = 60


def cluster(name: str, platform: Platform, network: Network, component: pulumi.ComponentResource) -> Cluster:
    """The cluster with its system nodes, its disks under the client's key, its logs and Flux."""
    control = workload(f"{name}-control", platform, component)
    nodes = workload(f"{name}-nodes", platform, component)
    rights = [
        allow(f"{name}-control-joins-subnet", control, NETWORK_CONTRIBUTOR, network.nodes.id, platform),
        allow(f"{name}-control-reads-routes", control, NETWORK_CONTRIBUTOR, network.route_table_id, platform),
        allow(f"{name}-control-assigns-nodes", control, MANAGED_IDENTITY_OPERATOR, nodes.identity_id, platform),
        allow(f"{name}-nodes-pull-images", nodes, ACR_PULL, platform.registry.id, platform),
        allow(f"{name}-nodes-read-manifests", nodes, BLOB_DATA_READER, platform.artefacts.manifests_id, platform),
    ]
    made = _managed_cluster(name, platform, network, control, nodes, [*rights, *network.ready])
    diagnostics(name, made.id, platform.log_workspace_id, component)
    _container_logs(name, made, platform, component)
    flux = azure.kubernetesconfiguration.Extension(
        f"{name}-flux",
        resource_group_name=platform.resource_group,
        cluster_rp="Microsoft.ContainerService",
        cluster_resource_name="managedClusters",
        cluster_name=made.name,
        extension_name="flux",
        extension_type="microsoft.flux",
        auto_upgrade_minor_version=True,
        opts=pulumi.ResourceOptions(parent=component),
    )
    return Cluster(
        id=made.id,
        name=made.name,
        issuer=made.oidc_issuer_profile.apply(lambda profile: profile.issuer_url or "" if profile else ""),
        flux_client_id=nodes.client_id,
        ready=[flux, *rights],
    )


def node_pool(
    name: str,
    cluster: Cluster,
    size: str,
    nodes: int,
    max_nodes: int,
    platform: Platform,
    network: Network,
    component: pulumi.Resource,
) -> aks.AgentPool:
    """Nodes for one workload alone: its pods select them by the label `workload` and tolerate their taint."""
    return aks.AgentPool(
        name,
        resource_group_name=platform.resource_group,
        resource_name_=cluster.name,
        # Twelve letters and digits at most.
        agent_pool_name=name.replace("-", "")[:POOL_NAME],
        mode=aks.AgentPoolMode.USER,
        os_type=aks.OSType.LINUX,
        os_sku=aks.OSSKU.AZURE_LINUX,
        vm_size=size,
        max_pods=MAX_PODS,
        os_disk_type=aks.OSDiskType.EPHEMERAL,
        enable_auto_scaling=True,
        count=nodes,
        min_count=nodes,
        max_count=max_nodes,
        availability_zones=ZONES,
        vnet_subnet_id=network.nodes.id,
        enable_encryption_at_host=True,
        enable_node_public_ip=False,
        node_labels={"workload": name},
        node_taints=[f"workload={name}:NoSchedule"],
        upgrade_settings=aks.AgentPoolUpgradeSettingsArgs(max_surge="33%"),
        tags=platform.tags,
        # The autoscaler moves the count; a deployment must not move it back.
        opts=pulumi.ResourceOptions(parent=component, ignore_changes=["count"]),
    )


def federate(who: Workload, cluster: Cluster, platform: Platform) -> azure.managedidentity.FederatedIdentityCredential:
    """Let the service account named like the workload, in the namespace of that name, act as its identity."""
    return azure.managedidentity.FederatedIdentityCredential(
        who.name,
        resource_group_name=platform.resource_group,
        resource_name_=who.identity_name,
        federated_identity_credential_resource_name="kubernetes",
        issuer=cluster.issuer,
        subject=f"system:serviceaccount:{who.name}:{who.name}",
        audiences=[AUDIENCE],
        opts=pulumi.ResourceOptions(parent=who.component),
    )


def apply_manifests(
    name: str,
    cluster: Cluster,
    path: str,
    values: Mapping[str, pulumi.Input[str]],
    platform: Platform,
    parent: pulumi.Resource,
    depends_on: Sequence[pulumi.Resource] = (),
) -> azure.kubernetesconfiguration.FluxConfiguration:
    """Have Flux apply the folder `path` of the manifests container, with each `${KEY}` in it replaced.

    The container is private and read as the nodes' identity: no Git server has to be reached, and no secret kept.
    """
    flux = azure.kubernetesconfiguration
    return flux.FluxConfiguration(
        name,
        resource_group_name=platform.resource_group,
        cluster_rp="Microsoft.ContainerService",
        cluster_resource_name="managedClusters",
        cluster_name=cluster.name,
        flux_configuration_name=name,
        scope=flux.ScopeType.CLUSTER,
        namespace="cluster-config",
        source_kind=flux.SourceKindType.AZURE_BLOB,
        azure_blob=flux.AzureBlobDefinitionArgs(
            url=platform.artefacts.blob_url,
            container_name=platform.artefacts.manifests_container,
            managed_identity=flux.ManagedIdentityDefinitionArgs(client_id=cluster.flux_client_id),
            sync_interval_in_seconds=SYNC_SECONDS,
        ),
        kustomizations={
            "manifests": flux.KustomizationDefinitionArgs(
                path=f"./{path}",
                prune=True,
                wait=True,
                sync_interval_in_seconds=SYNC_SECONDS,
                post_build=flux.PostBuildDefinitionArgs(substitute=dict(values)),
            )
        },
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[*cluster.ready, *depends_on]),
    )


def _managed_cluster(
    name: str,
    platform: Platform,
    network: Network,
    control: Workload,
    nodes: Workload,
    depends_on: Sequence[pulumi.Resource],
) -> aks.ManagedCluster:
    return aks.ManagedCluster(
        name,
        resource_group_name=platform.resource_group,
        resource_name_=f"{platform.name}-{name}",
        location=platform.region,
        sku=aks.ManagedClusterSKUArgs(name=aks.ManagedClusterSKUName.BASE, tier=aks.ManagedClusterSKUTier.STANDARD),
        dns_prefix=name,
        enable_rbac=True,
        disable_local_accounts=True,
        aad_profile=aks.ManagedClusterAADProfileArgs(
            managed=True, enable_azure_rbac=True, tenant_id=platform.tenant_id
        ),
        identity=aks.ManagedClusterIdentityArgs(
            type=aks.ResourceIdentityType.USER_ASSIGNED, user_assigned_identities=[control.identity_id]
        ),
        identity_profile={
            "kubeletidentity": aks.UserAssignedIdentityArgs(
                resource_id=nodes.identity_id, client_id=nodes.client_id, object_id=nodes.principal_id
            )
        },
        api_server_access_profile=aks.ManagedClusterAPIServerAccessProfileArgs(
            enable_private_cluster=True,
            enable_private_cluster_public_fqdn=False,
            disable_run_command=True,
            private_dns_zone="system",
        ),
        network_profile=_network_profile(network),
        oidc_issuer_profile=aks.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
        # Workloads have identities and no secrets, so that nothing in the cluster's own store needs a key of its own.
        security_profile=aks.ManagedClusterSecurityProfileArgs(
            workload_identity=aks.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True),
            image_cleaner=aks.ManagedClusterSecurityProfileImageCleanerArgs(enabled=True, interval_hours=48),
        ),
        auto_upgrade_profile=aks.ManagedClusterAutoUpgradeProfileArgs(
            upgrade_channel=aks.UpgradeChannel.PATCH, node_os_upgrade_channel=aks.NodeOSUpgradeChannel.SECURITY_PATCH
        ),
        disk_encryption_set_id=_disk_encryption(name, platform, control.component).id,
        addon_profiles={
            "azurepolicy": aks.ManagedClusterAddonProfileArgs(enabled=True),
            "azureKeyvaultSecretsProvider": aks.ManagedClusterAddonProfileArgs(
                enabled=True, config={"enableSecretRotation": "true"}
            ),
            # Gone from newer clusters; said all the same, for what is left out can be switched on by hand.
            "kubeDashboard": aks.ManagedClusterAddonProfileArgs(enabled=False),
            "omsagent": aks.ManagedClusterAddonProfileArgs(
                enabled=True,
                config={"logAnalyticsWorkspaceResourceID": platform.log_workspace_id, "useAADAuth": "true"},
            ),
        },
        agent_pool_profiles=[_system_pool(network)],
        tags=platform.tags,
        opts=pulumi.ResourceOptions(
            parent=control.component,
            protect=platform.protected,
            depends_on=list(depends_on),
            ignore_changes=["agentPoolProfiles[0].count"],
        ),
    )


def _network_profile(network: Network) -> aks.ContainerServiceNetworkProfileArgs:
    return aks.ContainerServiceNetworkProfileArgs(
        network_plugin=aks.NetworkPlugin.AZURE,
        network_plugin_mode=aks.NetworkPluginMode.OVERLAY,
        network_dataplane=aks.NetworkDataplane.CILIUM,
        network_policy=aks.NetworkPolicy.CILIUM,
        # The route table leads to the hub's firewall; a load balancer for outbound would have a public address.
        outbound_type=aks.OutboundType.USER_DEFINED_ROUTING,
        load_balancer_sku=aks.LoadBalancerSku.STANDARD,
        pod_cidr=network.pod_cidr,
        service_cidr=SERVICE_CIDR,
        dns_service_ip=DNS_ADDRESS,
    )


def _system_pool(network: Network) -> aks.ManagedClusterAgentPoolProfileArgs:
    return aks.ManagedClusterAgentPoolProfileArgs(
        name="system",
        mode=aks.AgentPoolMode.SYSTEM,
        os_type=aks.OSType.LINUX,
        os_sku=aks.OSSKU.AZURE_LINUX,
        os_disk_type=aks.OSDiskType.EPHEMERAL,
        vm_size=SYSTEM_SIZE,
        max_pods=MAX_PODS,
        enable_auto_scaling=True,
        count=SYSTEM_NODES,
        min_count=SYSTEM_NODES,
        max_count=SYSTEM_MAX_NODES,
        availability_zones=ZONES,
        vnet_subnet_id=network.nodes.id,
        enable_encryption_at_host=True,
        enable_node_public_ip=False,
        node_taints=["CriticalAddonsOnly=true:NoSchedule"],
    )


def _disk_encryption(name: str, platform: Platform, component: pulumi.Resource) -> azure.compute.DiskEncryptionSet:
    disks, keys = azure.compute, platform.keys
    return disks.DiskEncryptionSet(
        name,
        resource_group_name=platform.resource_group,
        disk_encryption_set_name=f"{platform.name}-{name}",
        location=platform.region,
        encryption_type=disks.DiskEncryptionSetType.ENCRYPTION_AT_REST_WITH_CUSTOMER_KEY,
        identity=disks.EncryptionSetIdentityArgs(
            type=disks.DiskEncryptionSetIdentityType.USER_ASSIGNED, user_assigned_identities=[keys.identity_id]
        ),
        active_key=disks.KeyForDiskEncryptionSetArgs(
            key_url=keys.disks_url, source_vault=disks.SourceVaultArgs(id=keys.vault_id)
        ),
        rotation_to_latest_key_version_enabled=True,
        tags=platform.tags,
        opts=pulumi.ResourceOptions(parent=component, depends_on=list(keys.ready)),
    )


def _container_logs(name: str, cluster: aks.ManagedCluster, platform: Platform, component: pulumi.Resource) -> None:
    """What containers write, in the table that the log alerts ask."""
    monitor = azure.monitor
    rule = monitor.DataCollectionRule(
        f"{name}-container-logs",
        resource_group_name=platform.resource_group,
        data_collection_rule_name=f"{platform.name}-{name}-container-logs",
        location=platform.region,
        kind="Linux",
        data_sources=monitor.DataCollectionRuleDataSourcesArgs(
            extensions=[
                monitor.ExtensionDataSourceArgs(
                    name="ContainerInsightsExtension",
                    extension_name="ContainerInsights",
                    streams=["Microsoft-ContainerLogV2", "Microsoft-KubeEvents", "Microsoft-KubePodInventory"],
                )
            ]
        ),
        destinations=monitor.DataCollectionRuleDestinationsArgs(
            log_analytics=[
                monitor.LogAnalyticsDestinationArgs(name="workspace", workspace_resource_id=platform.log_workspace_id)
            ]
        ),
        data_flows=[
            monitor.DataFlowArgs(
                streams=["Microsoft-ContainerLogV2", "Microsoft-KubeEvents", "Microsoft-KubePodInventory"],
                destinations=["workspace"],
            )
        ],
        tags=platform.tags,
        opts=pulumi.ResourceOptions(parent=component),
    )
    monitor.DataCollectionRuleAssociation(
        f"{name}-container-logs",
        association_name="ContainerInsightsExtension",
        resource_uri=cluster.id,
        data_collection_rule_id=rule.id,
        opts=pulumi.ResourceOptions(parent=component),
    )
