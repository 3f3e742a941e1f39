"""Rules of a network security group that a workload has alone: where it may go, who may come."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_azure_native as azure

from ..contracts import Platform, Subnet

network = azure.network
ADDRESSES = 200
"""Priority of the rules for a client's addresses: behind none of the network's own, which begin at 300."""


def reach_addresses(
    name: str, parent: pulumi.Resource, subnet: Subnet, cidrs: Sequence[str], port: int, platform: Platform
) -> network.SecurityRule:
    """Let the workloads of a subnet open connections to these ranges on one port."""
    return _rule(name, parent, subnet, cidrs, port, platform, network.SecurityRuleDirection.OUTBOUND)


def admit_addresses(
    name: str, parent: pulumi.Resource, subnet: Subnet, cidrs: Sequence[str], port: int, platform: Platform
) -> network.SecurityRule:
    """Let these ranges open connections to a subnet on one port."""
    return _rule(name, parent, subnet, cidrs, port, platform, network.SecurityRuleDirection.INBOUND)


def _rule(
    name: str,
    parent: pulumi.Resource,
    subnet: Subnet,
    cidrs: Sequence[str],
    port: int,
    platform: Platform,
    direction: network.SecurityRuleDirection,
) -> network.SecurityRule:
    if not cidrs:
        raise ValueError(f"{name}: no address range is given; expected at least one such as 10.0.8.0/24")
    outbound = direction == network.SecurityRuleDirection.OUTBOUND
    return network.SecurityRule(
        name,
        resource_group_name=platform.resource_group,
        network_security_group_name=subnet.security_group,
        security_rule_name=name,
        priority=ADDRESSES,
        direction=direction,
        access=network.SecurityRuleAccess.ALLOW,
        protocol=network.SecurityRuleProtocol.TCP,
        source_address_prefix="*" if outbound else None,
        source_address_prefixes=None if outbound else list(cidrs),
        source_port_range="*",
        destination_address_prefix=None if outbound else "*",
        destination_address_prefixes=list(cidrs) if outbound else None,
        destination_port_range=str(port),
        opts=pulumi.ResourceOptions(parent=parent),
    )
