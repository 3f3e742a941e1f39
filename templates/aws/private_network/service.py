"""A network of its own: which endpoints it has to offer, and whether it joins the client's hub."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.errors import NotFeasible, Problem
from archgen.services.service import Fit, Neighbours, Service, Setting, Value, Violation
from archgen.sizing.formulae import ZONES
from archgen.topology import Component, Needs

CORE_ENDPOINTS = frozenset({"kms", "logs", "monitoring", "sts"})
"""What every workload calls: its keys, its logs, its metrics, its identity."""

GATEWAY_ENDPOINTS = frozenset({"s3"})
"""What the component reaches through a gateway, which costs nothing, instead of an interface."""


class PrivateNetworkService(Service):
    """Fits where no network exists yet and the client is reached through a hub or not at all."""

    def suits(self, needs: Needs) -> Fit:
        violated = []
        if needs.get("existing", False):
            violated.append(
                Violation(
                    need="existing",
                    found="the client owns a network",
                    limit="a new VPC",
                    reason="a second network beside the landing zone's would need its own addresses and approvals",
                )
            )
        if needs.get("connect", "none") not in ("none", "hub"):
            violated.append(
                Violation(
                    need="connect",
                    found=str(needs["connect"]),
                    limit="none or hub",
                    reason="no service here builds a VPN or a dedicated line yet; bring it to a transit gateway (hub)",
                )
            )
        if violated:
            return Fit(violated=tuple(violated))
        return Fit(score=100, reasons=("three zones, private endpoints, no internet gateway",))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        found: dict[str, Value] = {
            "cidr": Setting(
                key="vpcCidr",
                description="Address range of the new VPC, /16 to /22, from the client's address plan: it may overlap"
                " with nothing that it is routed to",
                sample="10.20.0.0/16",
            ),
            "zones": _zones(neighbours),
            "interface_endpoints": tuple(sorted(_endpoints(neighbours))),
        }
        if component.needs.get("connect", "none") == "hub":
            found["transit_gateway_id"] = Setting(
                key="transitGatewayId",
                description="Transit gateway of the hub, shared with this account",
                sample="tgw-0123456789abcdef0",
            )
            found["hub_cidrs"] = Setting(
                key="hubCidrs",
                description="Address ranges behind the hub that callers and sources lie in",
                type="array",
                sample=("10.0.0.0/12",),
            )
        return found


def _zones(neighbours: Neighbours) -> tuple[str, ...]:
    zones = neighbours.region.zones
    if len(zones) < ZONES:
        raise NotFeasible(
            Problem(
                id="too-few-zones",
                message=f"{neighbours.region.name} offers {len(zones)} availability zones",
                expected=f"{ZONES}: sizes are reckoned so that one of three may be lost",
                hint="choose another region of the same residency",
            )
        )
    return zones[:ZONES]


def _endpoints(neighbours: Neighbours) -> frozenset[str]:
    called = CORE_ENDPOINTS.union(*(service.calls for service in neighbours.services.values()))
    reached = set()
    for flow in neighbours.topology.flows:
        opener, other = neighbours.services.get(flow.opener), neighbours.services.get(flow.other)
        if opener is not None and opener.inside_network and other is not None and other.reached_through is not None:
            reached.add(other.reached_through)
    return (called | reached) - GATEWAY_ENDPOINTS


SERVICE = PrivateNetworkService(
    id="private_network",
    role="network",
    class_name="PrivateNetwork",
    title="Amazon VPC",
    speaks=frozenset({"ip"}),
)
