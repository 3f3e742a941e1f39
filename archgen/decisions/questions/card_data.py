"""Where card numbers end."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question

_CARD_DATA = frozenset({"pan", "sad"})


class CardData(Question):
    """Card numbers become keyed tokens on arrival, or everything that they reach falls under PCI DSS 3.5.1."""

    id = "card-data"
    chapter = "trust"
    asks = "Where do card numbers end?"

    def decide(self, case: Case) -> Decision | None:
        sources = [source for source in case.spec.sources if _CARD_DATA & set(source.data)]
        if not sources:
            return None
        return Decision(
            id=self.id,
            question=self.asks,
            choice="on arrival: a keyed hash (HMAC-SHA256) takes their place before any stream, store, model or log",
            kind="decided",
            rationale=(
                "The same number always gives the same token, so features and joins work as before, and no token leads"
                " back to its number. The key is read once at start and kept in memory: no call, and no quota, per"
                " request. Old keys stay readable, so that tokens made with them can still be matched."
            ),
            because=case.because(
                *(f"sources[{source.id}].data" for source in sources), "governance.frameworks", "workload.traffic.peak"
            ),
            rejected=(
                Rejected(
                    "encryption at rest alone",
                    "whoever may read may read the numbers, so every store and job is in scope",
                    f"data: {', '.join(sorted({one for source in sources for one in source.data}))}",
                ),
                Rejected(
                    "hash without a key",
                    "all numbers of an issuer can be hashed and compared",
                    "an issuer's prefix and the check digit leave at most 10^9 numbers of 16 digits to try",
                ),
                Rejected(
                    "token vault",
                    "a lookup per request, and a store of all numbers",
                    "nothing here has to lead back to a number",
                ),
                Rejected(
                    "call to a key service per number",
                    "milliseconds and a shared quota in the way of every answer",
                    f"{_rate(case)} requests/s",
                ),
            ),
            source="PCI DSS v4.0.1, 3.5.1.1 (keyed hashes of the whole number); the place is our own rule",
            confidence="judgement",
        )


def _rate(case: Case) -> str:
    traffic = case.spec.workload.traffic
    peak = traffic.peak if traffic else max((source.rate or 0 for source in case.spec.sources), default=0)
    return f"{float(peak):,.0f}"
