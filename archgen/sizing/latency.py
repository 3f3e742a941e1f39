"""The latency budget of an online request, hop by hop. The hops are assumptions, each of which a spec can override."""

from __future__ import annotations

from dataclasses import dataclass

from archgen.knowledge import Assumptions

_HOPS = ("network", "tls", "service", "features", "rules", "model", "response")


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


def latency_budget(limit_ms: float, online_features: bool, assumptions: Assumptions) -> LatencyBudget:
    """The budget for a p99 of `limit_ms`; without online features that hop falls away.

    The fallback fires a margin before the limit, yet never before the hops up to the reply have had their time: it
    would then answer requests that the model was about to answer.
    """
    hops = tuple(
        Hop(hop=assumptions[f"hop_{name}_ms"].text, p99_ms=assumptions.value(f"hop_{name}_ms"))
        for name in _HOPS
        if online_features or name != "features"
    )
    before_reply = sum(hop.p99_ms for hop in hops) - assumptions.value("hop_response_ms")
    fallback = max(limit_ms - assumptions.value("fallback_margin_ms"), before_reply)
    return LatencyBudget(hops=hops, limit_ms=limit_ms, fallback_after_ms=fallback)
