"""What answers when the model does not."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.sizing import latency_budget


class Fallback(Question):
    """A decision that must always return falls back to rules in time. Source: DR-06."""

    id = "fallback"
    asks = "What answers when features or model do not arrive in time?"

    def decide(self, case: Case) -> Decision | None:
        workload = case.spec.workload
        if workload.mode != "online" or workload.latency is None or workload.latency.p99 is None:
            return None
        online = bool(case.spec.features and case.spec.features.online)
        budget = latency_budget(workload.latency.p99 * 1000, online, case.assumptions)
        margin = case.assumptions["fallback_margin_ms"]
        return Decision(
            id=self.id,
            question=self.asks,
            choice=f"rules alone, {budget.fallback_after_ms:g} ms after receipt",
            kind="decided",
            rationale=(
                f"The hops take {budget.total_ms:g} of {budget.limit_ms:g} ms, which leaves {budget.reserve_ms:g} ms"
                f" for retries and pauses. What is not there {margin.value:g} ms before the limit is not waited for."
            ),
            because=case.because("workload.latency.p99", "workload.availability"),
            rejected=(
                Rejected("fail the request", "a payment waits for an answer", "0 answers in an outage of the model"),
                Rejected(
                    "wait for the limit",
                    "the reply would miss it",
                    f"reply hop of {case.assumptions.value('hop_response_ms'):g} ms",
                ),
            ),
            flips_when=(Flip("workload.mode", "==", "batch"),),
            source=margin.source,
            confidence="judgement",
        )
