"""Scoring: what decides within the latency limit for one caller, by rules if need be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.errors import NotFeasible, Problem
from archgen.services.containers import Containers, image_digest
from archgen.services.externals import address_ranges, authorities
from archgen.services.limits import clear_card_numbers
from archgen.services.names import camel
from archgen.services.service import Demand, Fit, Neighbours, Port, Service, Value, Violation
from archgen.sizing import Quantity
from archgen.topology import Component, Needs

CALLER = Port(
    argument=None,
    kind="request",
    role="consumer",
    speaks=frozenset({"rest"}),
    verb="calls",
    grant="address",
    settings=("Cidrs",),
)
"""The one caller, let in by its addresses and its certificate."""


@dataclass(frozen=True, kw_only=True)
class Scoring(Service):
    """Containers behind a private address that decide within the latency limit, by rules if need be.

    `strengths` are the reasons for it on its cloud. `shared_registry` and `numbered_ranges` as in `image_digest` and
    `address_ranges`. `private_link` says that callers can be let in through one.
    """

    strengths: tuple[str, ...]
    containers: Containers
    shared_registry: bool = False
    numbered_ranges: bool = True
    private_link: bool = False

    def suits(self, needs: Needs) -> Fit:
        """Rules that come after the latency limit rule it out, and card numbers where it takes no key for tokens."""
        violated = (*late_rules(needs), *clear_card_numbers(needs, self.ports), *self._unlinked(needs))
        return Fit(score=90, reasons=self.strengths, violated=violated)

    def _unlinked(self, needs: Needs) -> tuple[Violation, ...]:
        if self.private_link or needs.get("callers", "routed") != "private-link":
            return ()
        return (
            Violation(
                need="callers",
                found="private-link",
                limit="routed",
                reason="no private link of this service is built yet: let callers in over the networks' routes",
            ),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        """The containers that are planned, and the most that there may be."""
        return self.containers.size(demand)

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """All but the certificate that the caller is shown, which each cloud keeps in a place of its own."""
        caller = only_caller(component, neighbours)
        its = camel(caller)
        return {
            "caller": caller,
            "caller_cidrs": address_ranges(
                f"{its}Cidrs",
                f"Address ranges that {caller} calls from",
                "10.64.16.0/24",
                numbered=self.numbered_ranges,
            ),
            "caller_ca_bundle": authorities(
                f"{its}CaBundle", f"sign the client certificates of {caller}", "caller authority"
            ),
            "entities": component.needs.get("entities", ()),
            "latency_p99_ms": _milliseconds(component, "latency_p99_ms"),
            "fallback_after_ms": _milliseconds(component, "fallback_after_ms"),
            "image_digest": image_digest(component.id, "a", shared_registry=self.shared_registry),
        }


def scoring_containers(name: str) -> Containers:
    """The containers of a scoring service, under the cloud's name for one."""
    return Containers(name=name, rate="requests_per_second", each="scoring_requests_per_task")


def late_rules(needs: Needs) -> tuple[Violation, ...]:
    """Whether rules would decide only when the latency limit has passed."""
    limit, fallback = needs.get("latency_p99_ms"), needs.get("fallback_after_ms")
    if not isinstance(limit, int | float) or not isinstance(fallback, int | float) or fallback < limit:
        return ()
    return (
        Violation(
            need="fallback_after_ms",
            found=f"{fallback:g} ms",
            limit=f"less than {limit:g} ms",
            reason="rules have to decide before the latency limit, or they come too late",
        ),
    )


def only_caller(component: Component, neighbours: Neighbours) -> str:
    """The id of the caller. Raises `NotFeasible` where there is none or more than one."""
    callers = [
        flow.opener
        for flow in neighbours.flows(component.id)
        if flow.kind == "request" and neighbours.topology.is_external(flow.opener)
    ]
    if len(callers) != 1:
        raise NotFeasible(
            Problem(
                id="scoring-callers",
                path="consumers",
                message=f"'{component.id}' has {len(callers)} callers ({', '.join(callers) or 'none'})",
                expected="one consumer of pattern sync: the service trusts one caller's certificates",
                hint="put a gateway of your own in front, or generate a service per caller",
            )
        )
    return callers[0]


def _milliseconds(component: Component, need: str) -> int:
    value = component.needs.get(need)
    if not isinstance(value, int | float):
        raise NotFeasible(
            Problem(
                id="scoring-need",
                path="workload.latency",
                message=f"'{component.id}' has no {need}",
                expected="milliseconds: the service promises a latency and falls back to rules before it",
            )
        )
    return int(value)
