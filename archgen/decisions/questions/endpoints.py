"""Where private endpoints stand."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question, counted

_OWN = "in the workload's own network, each with a policy of its own"
_HUB = "in the hub, shared through its private DNS"
_IN_SCOPE = frozenset({"pci-dss", "hipaa"})


class Endpoints(Question):
    """In the workload's own network, unless it is the client's with a hub. Source: PVT-01 to PVT-06."""

    id = "private-endpoints"
    chapter = "platform"
    asks = "Where do private endpoints stand, and how do others reach the service across networks?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        regulated = sorted(_IN_SCOPE & set(spec.governance.frameworks))
        theirs = spec.platform.network.mode == "existing" and spec.platform.landing_zone == "existing" and not regulated
        own, hub = _OWN, _HUB
        services = "one workload needs them"
        flips: tuple[Flip, ...] = ()
        if theirs:
            flips = (Flip("governance.frameworks", "includes", "pci-dss"),)
        elif spec.platform.network.mode == "existing" and not regulated:
            flips = (Flip("platform.landing_zone", "==", "existing"),)
        jitter = spec.platform.network.connect == "vpn" and bool(case.p99) and case.p99 <= case.at("gateway_latency")
        sync = sum(1 for consumer in spec.consumers if consumer.pattern == "sync")
        return self.made(
            hub if theirs else own,
            "The landing zone has them already, with DNS and policies."
            if theirs
            else "One network needs them: a hub would cost more, and whatever shares an endpoint shares its scope.",
            because=case.because(
                "platform.network.mode",
                "platform.network.connect",
                "platform.network.callers",
                "platform.landing_zone",
                "governance.frameworks",
            ),
            rejected=(
                Rejected(
                    own if theirs else hub,
                    "a second set beside the hub's" if theirs else "brings the hub into scope",
                    ", ".join(regulated) or services,
                ),
                Rejected(
                    "peering",
                    "routes whole networks to one another, and addresses may overlap",
                    f"{counted(sync, 'caller')} of one service",
                ),
                Rejected(
                    "public endpoints behind a firewall",
                    "a path over the internet",
                    f"data: {', '.join(case.data_classes) or 'public'}",
                ),
            ),
            consequences=(
                "Another network reaches the service through a private link, one way, never by a route."
                if spec.platform.network.callers == "private-link"
                else "Callers come over the networks' routes, and security groups and certificates say who may; "
                "`callers: private-link` would do without a route.",
                *(("Jitter of a VPN counts against the limit; a dedicated line does not.",) if jitter else ()),
            ),
            flips_when=flips,
            source="PCI DSS v4.0.1, 1.4 and 12.5.2 for the scope; the rest is our own rule",
        )
