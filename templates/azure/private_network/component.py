"""A virtual network of its own: subnets per workload, private zones and endpoints, and the hub as the one way out."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from ..contracts import Platform, Subnet
from ..hardened.private_link import endpoint_in
from .rules import RuleOf, endpoint_rules, workload_rules

PARTS = 8
"""Equal parts of the address range: one for nodes, one for private endpoints, one for each container worker."""
SMALLEST, LARGEST = 22, 16
"""Prefix lengths of the range: an eighth of a /22 are 123 addresses, of which a node takes one."""
POD_CIDR = "192.168.0.0/16"
"""Addresses of pods, which lie over the network's own and are never routed outside the cluster."""
ZONES = {
    "amlworkspace": ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"),
    "blob": ("privatelink.blob.core.windows.net",),
    "dfs": ("privatelink.dfs.core.windows.net",),
    "file": ("privatelink.file.core.windows.net",),
    "namespace": ("privatelink.servicebus.windows.net",),
    "redisEnterprise": ("privatelink.redis.azure.net",),
    "registry": ("privatelink.azurecr.io",),
    "vault": ("privatelink.vaultcore.azure.net",),
}
"""Private DNS zones per group of a private endpoint."""


@dataclass(frozen=True, kw_only=True)
class PrivateNetworkArgs:
    platform: Platform
    cidr: str
    """From the client's address plan, /16 to /22."""
    workers: Sequence[str]
    """Ids of the container workers, in an order that only grows: each has its place in the address range."""
    endpoint_groups: Sequence[str]
    hub_network_id: str
    hub_firewall_address: str


class PrivateNetwork(pulumi.ComponentResource):
    endpoints_subnet_id: pulumi.Output[str]
    nodes: Subnet
    pod_cidr: str = POD_CIDR
    route_table_id: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: PrivateNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:PrivateNetwork", name, None, opts)
        self._name = name
        self._args = args
        self._platform = args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        self._subnets: list[azure.network.Subnet] = []
        ranges = address_plan(args.cidr, args.workers)
        self._network = azure.network.VirtualNetwork(
            name,
            resource_group_name=self._platform.resource_group,
            virtual_network_name=self._platform.name,
            location=self._platform.region,
            # Subnets are resources of their own: a list here would remove those that it does not name.
            address_space=azure.network.AddressSpaceArgs(address_prefixes=[args.cidr]),
            # Between machines whose size supports it; the others would be cut off by a stricter enforcement.
            encryption=azure.network.VirtualNetworkEncryptionArgs(
                enabled=True, enforcement=azure.network.VirtualNetworkEncryptionEnforcement.ALLOW_UNENCRYPTED
            ),
            tags=self._platform.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=self._platform.protected),
        )
        self._routes = self._route_to_hub()
        self.route_table_id = self._routes.id
        endpoints = self._subnet("endpoints", ranges["endpoints"], endpoint_rules(args.cidr))
        self.endpoints_subnet_id = endpoints.id
        self.nodes = self._workload_subnet("nodes", ranges, [POD_CIDR])
        self._workers = {
            worker: self._workload_subnet(worker, ranges, [], delegation="Microsoft.App/environments")
            for worker in args.workers
        }
        self._zones = {
            group: [self._private_zone(zone) for zone in ZONES[group]] for group in sorted(set(args.endpoint_groups))
        }
        self.ready = [self._peering(), *self._platform_endpoints()]
        self.register_outputs({"network_id": self._network.id})

    def worker(self, name: str) -> Subnet:
        return self._workers[name]

    def zone_ids(self, group: str) -> Sequence[pulumi.Output[str]]:
        return self._zones[group]

    def _route_to_hub(self) -> azure.network.RouteTable:
        return azure.network.RouteTable(
            self._name,
            resource_group_name=self._platform.resource_group,
            route_table_name=self._platform.name,
            location=self._platform.region,
            # A gateway of the hub must not offer another way around its firewall.
            disable_bgp_route_propagation=True,
            routes=[
                azure.network.RouteArgs(
                    name="everything-else",
                    address_prefix="0.0.0.0/0",
                    next_hop_type=azure.network.RouteNextHopType.VIRTUAL_APPLIANCE,
                    next_hop_ip_address=self._args.hub_firewall_address,
                )
            ],
            tags=self._platform.tags,
            opts=self._child,
        )

    def _workload_subnet(
        self, part: str, ranges: dict[str, str], inner: Sequence[str], delegation: str | None = None
    ) -> Subnet:
        return self._subnet(part, ranges[part], workload_rules(ranges[part], ranges["endpoints"], inner), delegation)

    def _subnet(self, part: str, cidr: str, rules: Iterable[RuleOf], delegation: str | None = None) -> Subnet:
        platform, name = self._platform, f"{self._name}-{part}"
        group = azure.network.NetworkSecurityGroup(
            name,
            resource_group_name=platform.resource_group,
            network_security_group_name=f"{platform.name}-{part}",
            location=platform.region,
            # Rules are resources of their own, since workloads add theirs.
            tags=platform.tags,
            opts=self._child,
        )
        made = [self._rule(f"{name}-{rule.name}", group, rule) for rule in rules]
        subnet = azure.network.Subnet(
            name,
            resource_group_name=platform.resource_group,
            virtual_network_name=self._network.name,
            subnet_name=part,
            address_prefix=cidr,
            default_outbound_access=False,
            network_security_group=azure.network.NetworkSecurityGroupArgs(id=group.id),
            route_table=azure.network.RouteTableArgs(id=self._routes.id),
            private_endpoint_network_policies=azure.network.VirtualNetworkPrivateEndpointNetworkPolicies.ENABLED,
            delegations=[azure.network.DelegationArgs(name="workers", service_name=delegation)] if delegation else [],
            # One after the other: a network refuses a second change while the first is under way.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*made, *self._subnets[-1:]]),
        )
        self._subnets.append(subnet)
        return Subnet(id=subnet.id, security_group=group.name)

    def _rule(self, name: str, group: azure.network.NetworkSecurityGroup, rule: RuleOf) -> azure.network.SecurityRule:
        def one_or_many(values: Sequence[str]) -> tuple[str | None, list[str] | None]:
            # Tags and `*` are taken only alone and in the singular.
            return (values[0], None) if len(values) == 1 else (None, list(values))

        source, sources = one_or_many(rule.sources)
        destination, destinations = one_or_many(rule.destinations)
        port, ports = one_or_many(rule.ports)
        access, direction = azure.network.SecurityRuleAccess, azure.network.SecurityRuleDirection
        return azure.network.SecurityRule(
            name,
            resource_group_name=self._platform.resource_group,
            network_security_group_name=group.name,
            security_rule_name=rule.name,
            priority=rule.priority,
            direction=direction.INBOUND if rule.inbound else direction.OUTBOUND,
            access=access.ALLOW if rule.allow else access.DENY,
            protocol=azure.network.SecurityRuleProtocol(rule.protocol),
            source_address_prefix=source,
            source_address_prefixes=sources,
            source_port_range="*",
            destination_address_prefix=destination,
            destination_address_prefixes=destinations,
            destination_port_range=port,
            destination_port_ranges=ports,
            opts=self._child,
        )

    def _private_zone(self, zone_name: str) -> pulumi.Output[str]:
        platform, name = self._platform, f"{self._name}-{zone_name}"
        zone = azure.privatedns.PrivateZone(
            name,
            resource_group_name=platform.resource_group,
            private_zone_name=zone_name,
            location="global",
            tags=platform.tags,
            opts=self._child,
        )
        link = azure.privatedns.VirtualNetworkLink(
            name,
            resource_group_name=platform.resource_group,
            private_zone_name=zone.name,
            virtual_network_link_name=platform.name,
            location="global",
            registration_enabled=False,
            virtual_network=azure.privatedns.SubResourceArgs(id=self._network.id),
            tags=platform.tags,
            opts=self._child,
        )
        # The zone's id once the network is linked: a name that is looked up before is remembered as missing.
        return pulumi.Output.all(zone.id, link.id).apply(lambda ids: ids[0])

    def _peering(self) -> azure.network.VirtualNetworkPeering:
        """This side; the hub's owners make the other, with gateway transit if the client is behind a gateway."""
        return azure.network.VirtualNetworkPeering(
            f"{self._name}-hub",
            resource_group_name=self._platform.resource_group,
            virtual_network_name=self._network.name,
            virtual_network_peering_name="hub",
            remote_virtual_network=azure.network.SubResourceArgs(id=self._args.hub_network_id),
            allow_virtual_network_access=True,
            allow_forwarded_traffic=True,
            allow_gateway_transit=False,
            use_remote_gateways=False,
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._subnets[-1:]),
        )

    def _platform_endpoints(self) -> list[azure.network.PrivateDnsZoneGroup]:
        """The ways to what the foundation made before there was a network."""
        platform = self._platform
        targets = {
            "vault": platform.keys.vault_id,
            "registry": platform.registry.id,
            "blob": platform.artefacts.account_id,
        }
        return [
            endpoint_in(
                f"{self._name}-{group}", target, group, platform, self.endpoints_subnet_id, self._zones[group], self
            )
            for group, target in targets.items()
        ]


def address_plan(cidr: str, workers: Sequence[str]) -> dict[str, str]:
    """Part -> range: nodes, endpoints, then the workers in their order.

    Raises `ValueError` for a range that is not /16 to /22 or for more workers than it has parts left.
    """
    network = ipaddress.ip_network(cidr)
    if not LARGEST <= network.prefixlen <= SMALLEST:
        raise ValueError(f"networkCidr is {cidr}; expected a range of /{LARGEST} to /{SMALLEST}")
    parts = ["nodes", "endpoints", *workers]
    if len(parts) > PARTS:
        raise ValueError(f"{len(workers)} workers do not fit: the range has {PARTS - 2} parts for them")
    return {part: str(place) for part, place in zip(parts, network.subnets(prefixlen_diff=3), strict=False)}
