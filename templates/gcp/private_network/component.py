"""A network of its own: private in every direction, with Google's APIs and managed services at addresses inside it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import Platform

LARGEST_PREFIX, SMALLEST_PREFIX = 16, 22
GOOGLE_DOMAIN = "googleapis.com."
SERVICE_CLASSES = ("gcp-memorystore", "gcp-vertexai")
"""Services that open their endpoints in the network by themselves, each with a policy that lets it."""
LAST_PRIORITY = 65000


@dataclass(frozen=True, kw_only=True)
class PrivateNetworkArgs:
    platform: Platform
    cidr: str
    """Range of the network, /16 to /22, which nothing that it is routed to may overlap."""
    hub: str | None = None
    """Hub of the Network Connectivity Center that leads to the client's other networks."""


class PrivateNetwork(pulumi.ComponentResource):
    """A `Network`: half of its range for workloads, an eighth each for services, proxies and Google's APIs."""

    network_id: pulumi.Output[str]
    workloads_subnet_id: pulumi.Output[str]
    balancer_subnet_id: pulumi.Output[str]
    service_network_id: pulumi.Output[str]
    service_range: pulumi.Output[str]
    google_apis_range: pulumi.Output[str]

    def __init__(self, name: str, args: PrivateNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:PrivateNetwork", name, None, opts)
        self._name, self._platform = name, args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        workloads, services, proxies, apis = plan(args.cidr)
        self._network = self._make_network()
        self.network_id = self._network.id
        workloads_subnet = self._subnet("workloads", workloads)
        services_subnet = self._subnet("services", services)
        proxies_subnet = self._proxies(proxies)
        self.workloads_subnet_id = workloads_subnet.id
        self.balancer_subnet_id = pulumi.Output.all(workloads_subnet.id, proxies_subnet.id).apply(lambda ids: ids[0])
        self.service_range = services_subnet.ip_cidr_range
        self.service_network_id = self._admit_services(services_subnet)
        self.google_apis_range = self._google_apis(apis)
        self._drop_the_rest()
        self._log_lookups()
        if args.hub is not None:
            self._join(args.hub)
        self.register_outputs({"network_id": self.network_id})

    def _make_network(self) -> gcp.compute.Network:
        return gcp.compute.Network(
            self._name,
            auto_create_subnetworks=False,
            # The default route leads to the internet; there is none here.
            delete_default_routes_on_create=True,
            routing_mode="REGIONAL",
            description=f"Network of {self._platform.name}",
            project=self._platform.project_id,
            opts=pulumi.ResourceOptions(parent=self, protect=self._platform.protected),
        )

    def _subnet(self, kind: str, cidr: ipaddress.IPv4Network) -> gcp.compute.Subnetwork:
        return gcp.compute.Subnetwork(
            f"{self._name}-{kind}",
            network=self.network_id,
            region=self._platform.region,
            ip_cidr_range=str(cidr),
            private_ip_google_access=True,
            purpose="PRIVATE",
            stack_type="IPV4_ONLY",
            log_config=gcp.compute.SubnetworkLogConfigArgs(
                aggregation_interval="INTERVAL_1_MIN", flow_sampling=0.1, metadata="INCLUDE_ALL_METADATA"
            ),
            project=self._platform.project_id,
            opts=self._child,
        )

    def _proxies(self, cidr: ipaddress.IPv4Network) -> gcp.compute.Subnetwork:
        """The proxies of every load balancer of the region; this kind has neither flow logs nor Google access."""
        return gcp.compute.Subnetwork(
            f"{self._name}-proxies",
            network=self.network_id,
            region=self._platform.region,
            ip_cidr_range=str(cidr),
            purpose="REGIONAL_MANAGED_PROXY",
            role="ACTIVE",
            project=self._platform.project_id,
            opts=self._child,
        )

    def _admit_services(self, subnet: gcp.compute.Subnetwork) -> pulumi.Output[str]:
        """The network's id, known once each service has the policy without which it cannot be made."""
        policies = [
            gcp.networkconnectivity.ServiceConnectionPolicy(
                f"{self._name}-{service.removeprefix('gcp-')}",
                location=self._platform.region,
                network=self.network_id,
                service_class=service,
                psc_config=gcp.networkconnectivity.ServiceConnectionPolicyPscConfigArgs(subnetworks=[subnet.id]),
                project=self._platform.project_id,
                opts=self._child,
            )
            for service in SERVICE_CLASSES
        ]
        return pulumi.Output.all(*(policy.network for policy in policies)).apply(lambda ids: ids[0])

    def _google_apis(self, address: ipaddress.IPv4Address) -> pulumi.Output[str]:
        """Every Google API at one address inside, under its usual name; only those that VPC Service Controls guard."""
        reserved = gcp.compute.GlobalAddress(
            f"{self._name}-google-apis",
            address=str(address),
            address_type="INTERNAL",
            purpose="PRIVATE_SERVICE_CONNECT",
            network=self.network_id,
            project=self._platform.project_id,
            opts=self._child,
        )
        rule = gcp.compute.GlobalForwardingRule(
            f"{self._name}-google-apis",
            # The API takes 20 lower-case letters and digits at most here: no generated name fits.
            name="googleapis",
            target="vpc-sc",
            network=self.network_id,
            ip_address=reserved.id,
            load_balancing_scheme="",
            project=self._platform.project_id,
            opts=self._child,
        )
        zone = gcp.dns.ManagedZone(
            f"{self._name}-google-apis",
            dns_name=GOOGLE_DOMAIN,
            visibility="private",
            description="Google APIs at their address inside the network",
            private_visibility_config=gcp.dns.ManagedZonePrivateVisibilityConfigArgs(
                networks=[gcp.dns.ManagedZonePrivateVisibilityConfigNetworkArgs(network_url=self.network_id)]
            ),
            project=self._platform.project_id,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[rule]),
        )
        for part, name, type, data in (
            ("apex", GOOGLE_DOMAIN, "A", reserved.address),
            ("all", f"*.{GOOGLE_DOMAIN}", "CNAME", GOOGLE_DOMAIN),
        ):
            gcp.dns.RecordSet(
                f"{self._name}-google-apis-{part}",
                managed_zone=zone.name,
                name=name,
                type=type,
                ttl=300,
                rrdatas=[data],
                project=self._platform.project_id,
                opts=self._child,
            )
        return pulumi.Output.concat(reserved.address, "/32")

    def _drop_the_rest(self) -> None:
        """What no rule names is dropped both ways, and is seen to be: the rules that a network implies log nothing."""
        for direction, kind in (("EGRESS", "out"), ("INGRESS", "in")):
            gcp.compute.Firewall(
                f"{self._name}-drop-{kind}",
                network=self.network_id,
                direction=direction,
                priority=LAST_PRIORITY,
                denies=[gcp.compute.FirewallDenyArgs(protocol="all")],
                destination_ranges=["0.0.0.0/0"] if direction == "EGRESS" else None,
                source_ranges=["0.0.0.0/0"] if direction == "INGRESS" else None,
                log_config=gcp.compute.FirewallLogConfigArgs(metadata="INCLUDE_ALL_METADATA"),
                project=self._platform.project_id,
                opts=self._child,
            )

    def _log_lookups(self) -> None:
        gcp.dns.Policy(
            self._name,
            description="Log every lookup: names are how data leaves a network that drops all else",
            enable_logging=True,
            enable_inbound_forwarding=False,
            networks=[gcp.dns.PolicyNetworkArgs(network_url=self.network_id)],
            project=self._platform.project_id,
            opts=self._child,
        )

    def _join(self, hub: str) -> None:
        gcp.networkconnectivity.Spoke(
            self._name,
            hub=hub,
            location="global",
            description=f"{self._platform.name} on the hub",
            linked_vpc_network=gcp.networkconnectivity.SpokeLinkedVpcNetworkArgs(uri=self._network.self_link),
            project=self._platform.project_id,
            opts=self._child,
        )


def plan(
    cidr: str,
) -> tuple[ipaddress.IPv4Network, ipaddress.IPv4Network, ipaddress.IPv4Network, ipaddress.IPv4Address]:
    """Ranges for workloads (a half), services and proxies (an eighth each), and an address outside of all three.

    Raises `ValueError` for a range that is none or has the wrong size.
    """
    whole = ipaddress.IPv4Network(cidr)
    if not LARGEST_PREFIX <= whole.prefixlen <= SMALLEST_PREFIX:
        raise ValueError(f"vpcCidr {cidr} has to lie between /{LARGEST_PREFIX} and /{SMALLEST_PREFIX}")
    workloads, rest = whole.subnets(prefixlen_diff=1)
    services, proxies, apis, _ = rest.subnets(prefixlen_diff=2)
    return workloads, services, proxies, apis[1]
