"""A network of its own: which workers it has to hold, which private endpoints it has to name."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.errors import NotFeasible, Problem
from archgen.services.service import Fit, Neighbours, Service, Setting, Value, Violation
from archgen.sizing.formulae import ZONES
from archgen.topology import Component, Needs

PLATFORM_GROUPS = frozenset({"blob", "registry", "vault"})
"""Groups of what the foundation made: manifests, images, keys."""
CLUSTER = "cluster"
"""What a workload on Kubernetes is reached by, instead of a private endpoint."""


class PrivateNetworkService(Service):
    """Fits where no network exists yet and a hub with a firewall is the way out."""

    def suits(self, needs: Needs) -> Fit:
        violated = []
        if needs.get("existing", False):
            violated.append(
                Violation(
                    need="existing",
                    found="the client owns a network",
                    limit="a new virtual network",
                    reason="the landing zone's network, and its private zones, are not built upon yet",
                )
            )
        if needs.get("connect", "none") != "hub":
            violated.append(
                Violation(
                    need="connect",
                    found=str(needs.get("connect", "none")),
                    limit="hub",
                    reason="nodes and container environments fetch their system images through a hub's firewall;"
                    " a way of their own to the internet is not made here",
                )
            )
        if violated:
            return Fit(violated=tuple(violated))
        return Fit(score=100, reasons=("three zones, private endpoints, the hub's firewall as the one way out",))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        if len(neighbours.region.zones) < ZONES:
            raise NotFeasible(
                Problem(
                    id="too-few-zones",
                    message=f"{neighbours.region.name} offers {len(neighbours.region.zones)} availability zones",
                    expected=f"{ZONES}: sizes are reckoned so that one of three may be lost",
                    hint="choose another region of the same residency",
                )
            )
        return {
            "cidr": Setting(
                key="networkCidr",
                description="Address range of the new virtual network, /16 to /22, from the client's address plan",
                sample="10.20.0.0/20",
            ),
            "workers": _workers(component, neighbours),
            "endpoint_groups": tuple(sorted(_groups(neighbours))),
            "hub_network_id": Setting(
                key="hubNetworkId",
                description="Resource id of the hub's virtual network; its owners make the peering back",
                sample="/subscriptions/55555555-5555-5555-5555-555555555555/resourceGroups/hub/providers/"
                "Microsoft.Network/virtualNetworks/hub",
            ),
            "hub_firewall_address": Setting(
                key="hubFirewallAddress",
                description="Private address of the hub's firewall, which lets out what AKS and Container Apps need",
                sample="10.0.0.4",
            ),
        }


def _workers(component: Component, neighbours: Neighbours) -> tuple[str, ...]:
    return tuple(
        id
        for id in neighbours.others(component.id)
        if neighbours.services[id].inside_network and CLUSTER not in neighbours.services[id].calls
    )


def _groups(neighbours: Neighbours) -> frozenset[str]:
    reached = {service.reached_through for service in neighbours.services.values()} - {None}
    called = PLATFORM_GROUPS.union(*(service.calls for service in neighbours.services.values()))
    return (called | {str(group) for group in reached}) - {CLUSTER}


SERVICE = PrivateNetworkService(
    id="private_network",
    role="network",
    class_name="PrivateNetwork",
    title="Azure Virtual Network",
    speaks=frozenset({"ip"}),
    observed=False,
)
