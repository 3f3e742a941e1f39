"""What the network's own rules let through; a client's addresses are added by the workloads that need them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FIRST, STEP, LAST = 300, 10, 4096
"""Priorities: below the first lie the workloads' own rules, the last is the lowest that can be given."""
ENDPOINT_PORTS = ("443", "8500-8599", "9093", "10000")
"""HTTPS, the nodes of Managed Redis, Kafka's protocol at Event Hubs, the entrance of Managed Redis."""
PLATFORM = ("AzureCloud", "AzureFrontDoor.FirstParty")
"""Service tags behind which nodes and container environments find Entra ID, Azure Monitor and their system images."""


@dataclass(frozen=True, kw_only=True)
class RuleOf:
    """One rule as Azure names its parts. `sources` and `destinations` are ranges or one service tag."""

    name: str
    inbound: bool
    allow: bool
    priority: int
    sources: Sequence[str]
    destinations: Sequence[str]
    ports: Sequence[str] = ("*",)
    protocol: str = "*"


def endpoint_rules(network_cidr: str) -> Iterator[RuleOf]:
    """Private endpoints are called from this network on their ports, and call nobody."""
    yield RuleOf(
        name="from-network",
        inbound=True,
        allow=True,
        priority=FIRST,
        sources=[network_cidr],
        destinations=["*"],
        ports=ENDPOINT_PORTS,
        protocol="Tcp",
    )
    yield from _nothing_else()


def workload_rules(subnet_cidr: str, endpoints_cidr: str, inner_cidrs: Sequence[str]) -> Iterator[RuleOf]:
    """What computes talks among itself (`inner_cidrs`), to the private endpoints and, by the hub, to Azure."""
    own = [subnet_cidr, *inner_cidrs]
    yield RuleOf(name="from-itself", inbound=True, allow=True, priority=FIRST, sources=own, destinations=["*"])
    yield RuleOf(
        name="from-balancer",
        inbound=True,
        allow=True,
        priority=FIRST + STEP,
        sources=["AzureLoadBalancer"],
        destinations=["*"],
    )
    yield RuleOf(name="to-itself", inbound=False, allow=True, priority=FIRST, sources=["*"], destinations=own)
    yield RuleOf(
        name="to-endpoints",
        inbound=False,
        allow=True,
        priority=FIRST + STEP,
        sources=["*"],
        destinations=[endpoints_cidr],
        ports=ENDPOINT_PORTS,
        protocol="Tcp",
    )
    for number, tag in enumerate(PLATFORM, start=2):
        yield RuleOf(
            name=f"to-{tag.lower().replace('.', '-')}",
            inbound=False,
            allow=True,
            priority=FIRST + STEP * number,
            sources=["*"],
            destinations=[tag],
            ports=["443"],
            protocol="Tcp",
        )
    yield from _nothing_else()


def _nothing_else() -> Iterator[RuleOf]:
    # Azure's own last rules let the whole network in, peered ones included, and everything out.
    for inbound in (True, False):
        yield RuleOf(
            name=f"nothing-else-{'in' if inbound else 'out'}",
            inbound=inbound,
            allow=False,
            priority=LAST,
            sources=["*"],
            destinations=["*"],
        )
