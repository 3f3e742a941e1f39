"""A network of its own, and whether it joins the client's hub."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services.service import Fit, Neighbours, Service, Setting, Value, Violation
from archgen.topology import Component, Needs


class PrivateNetworkService(Service):
    """Fits where no network exists yet and the client is reached through a hub or not at all."""

    def suits(self, needs: Needs) -> Fit:
        violated = []
        if needs.get("existing", False):
            violated.append(
                Violation(
                    need="existing",
                    found="the client owns a network",
                    limit="a new network",
                    reason="no service here joins a network that exists already: its policies for managed services, its"
                    " proxies and its zones are the landing zone's to give",
                )
            )
        if needs.get("connect", "none") not in ("none", "hub"):
            violated.append(
                Violation(
                    need="connect",
                    found=str(needs["connect"]),
                    limit="none or hub",
                    reason="no service here builds a VPN or a dedicated line; bring it to a hub of the Network"
                    " Connectivity Center",
                )
            )
        if violated:
            return Fit(violated=tuple(violated))
        return Fit(score=100, reasons=("no route to the internet, Google's APIs at an address inside",))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        found: dict[str, Value] = {
            "cidr": Setting(
                key="vpcCidr",
                description="Address range of the new network, /16 to /22, from the client's address plan: it may"
                " overlap with nothing that it is routed to",
                sample="10.20.0.0/20",
            )
        }
        if component.needs.get("connect", "none") == "hub":
            found["hub"] = Setting(
                key="connectivityHub",
                description="Hub of the Network Connectivity Center, as projects/<project>/locations/global/hubs/<hub>;"
                " its owner accepts the spoke",
                sample="projects/landing-zone/locations/global/hubs/transit",
            )
        return found


SERVICE = PrivateNetworkService(
    id="private_network",
    role="network",
    class_name="PrivateNetwork",
    title="Virtual Private Cloud",
    speaks=frozenset({"ip"}),
    observed=False,
)
