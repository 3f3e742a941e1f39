"""Private endpoints: a service's one way in, with the names that lead to it."""

from __future__ import annotations

import pulumi
import pulumi_azure_native as azure

from ..contracts import Network, Platform


def private_endpoint(
    name: str, target_id: pulumi.Input[str], group: str, platform: Platform, network: Network, parent: pulumi.Resource
) -> azure.network.PrivateDnsZoneGroup:
    """An endpoint for one group (`blob`, `namespace`, ...) of a service, registered in the network's private zones.

    What is returned exists last: whoever has to resolve the service's name waits for it.
    """
    return endpoint_in(
        name, target_id, group, platform, network.endpoints_subnet_id, list(network.zone_ids(group)), parent
    )


def endpoint_in(
    name: str,
    target_id: pulumi.Input[str],
    group: str,
    platform: Platform,
    subnet_id: pulumi.Input[str],
    zone_ids: list[pulumi.Output[str]],
    parent: pulumi.Resource,
) -> azure.network.PrivateDnsZoneGroup:
    """`private_endpoint` for the network itself, which is not finished when it makes those of the foundation."""
    endpoint = azure.network.PrivateEndpoint(
        name,
        resource_group_name=platform.resource_group,
        private_endpoint_name=f"{platform.name}-{name}",
        location=platform.region,
        subnet=azure.network.SubnetArgs(id=subnet_id),
        # One group per endpoint: Azure refuses several.
        private_link_service_connections=[
            azure.network.PrivateLinkServiceConnectionArgs(
                name=group, private_link_service_id=target_id, group_ids=[group]
            )
        ],
        custom_network_interface_name=f"{platform.name}-{name}-nic",
        tags=platform.tags,
        # A change of the subnet needs a new endpoint; the provider does not see that by itself in every version.
        opts=pulumi.ResourceOptions(parent=parent, replace_on_changes=["subnet"]),
    )
    return azure.network.PrivateDnsZoneGroup(
        name,
        resource_group_name=platform.resource_group,
        private_endpoint_name=endpoint.name,
        private_dns_zone_group_name="default",
        private_dns_zone_configs=[
            azure.network.PrivateDnsZoneConfigArgs(name=f"zone-{number}", private_dns_zone_id=zone)
            for number, zone in enumerate(zone_ids)
        ],
        opts=pulumi.ResourceOptions(parent=parent),
    )
