"""The latency budget of an online request, hop by hop. The hops are assumptions, each of which a spec can override."""

from __future__ import annotations

from dataclasses import dataclass

from archgen.knowledge import Assumptions
from archgen.sizing.site import answered_on_site
from archgen.spec import Spec

_HOPS = ("network", "tls", "service", "features", "rules", "model", "response")
_ON_SITE = ("capture", "device", "signal")
_IN_LINE = ("queue", "job", "post")
"""Hops of an answer that is made on a site, and of one that waits in a queue; the last of each is the reply."""


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One step of the way from the caller and back, with the time that 99 of 100 requests take at most."""

    hop: str
    p99_ms: float


@dataclass(frozen=True, kw_only=True)
class LatencyBudget:
    """All hops against the limit. `fallback_after_ms` is when rules alone decide; the reply still takes its hop."""

    hops: tuple[Hop, ...]
    limit_ms: float
    fallback_after_ms: float

    @property
    def total_ms(self) -> float:
        """The smallest p99 that can be promised."""
        return sum(hop.p99_ms for hop in self.hops)

    @property
    def reserve_ms(self) -> float:
        """What is left of the limit for retries, pauses and a hop across zones; negative: infeasible."""
        return self.limit_ms - self.total_ms


def hops_of(spec: Spec, assumptions: Assumptions) -> tuple[str, ...]:
    """The hops of an answer: on the site where the way to the cloud is too long, in a queue where nobody holds a
    connection open for it, else from the caller through the service and back."""
    if answered_on_site(spec, assumptions):
        return _ON_SITE
    latency = spec.workload.latency
    if latency and latency.p99 and float(latency.p99) > assumptions.value("synchronous_wait"):
        return _IN_LINE
    return tuple(name for name in _HOPS if spec.features.online or name != "features")


def latency_budget(spec: Spec, assumptions: Assumptions) -> LatencyBudget:
    """The budget for the p99 of a spec. Raises `ValueError` for a spec without one.

    The fallback fires a margin before the limit, yet never before the hops up to the reply have had their time: it
    would then answer requests that the model was about to answer.
    """
    if spec.workload.latency is None or spec.workload.latency.p99 is None:
        raise ValueError("a latency budget needs workload.latency.p99")
    limit_ms = float(spec.workload.latency.p99) * 1000
    hops = tuple(
        Hop(hop=assumptions[f"hop_{name}_ms"].text, p99_ms=assumptions.value(f"hop_{name}_ms"))
        for name in hops_of(spec, assumptions)
    )
    before_reply = sum(hop.p99_ms for hop in hops[:-1])
    fallback = max(limit_ms - assumptions.value("fallback_margin_ms"), before_reply)
    return LatencyBudget(hops=hops, limit_ms=limit_ms, fallback_after_ms=fallback)
