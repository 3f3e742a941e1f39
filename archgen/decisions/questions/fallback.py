"""What answers when the model does not."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.sizing import latency_budget


class Fallback(Question):
    """A decision that must always return falls back to rules (or to what is popular) in time. Source: DR-06."""

    id = "fallback"
    chapter = "serving"
    asks = "What answers when features or model do not arrive in time?"
    requires = ("serving",)

    def decide(self, case: Case) -> Decision | None:
        workload = case.spec.workload
        if workload.mode != "online" or case.p99 is None or "real-time" not in case.made["serving"].choice:
            return None
        budget = latency_budget(case.spec, case.assumptions)
        margin = case.assumptions["fallback_margin_ms"]
        popular = case.spec.problem.task == "recommendation"
        answer = "what is popular" if popular else "rules alone"
        return self.made(
            f"{answer}, {budget.fallback_after_ms:g} ms after receipt",
            f"The hops take {budget.total_ms:g} of {budget.limit_ms:g} ms, which leaves {budget.reserve_ms:g} ms"
            f" for retries and pauses. What is not there {margin.value:g} ms before the limit is not waited for.",
            because=case.because("workload.latency.p99", "workload.availability", "problem.task"),
            rejected=(
                Rejected("fail the request", "a caller waits for an answer", "0 answers in an outage of the model"),
                Rejected(
                    "wait for the limit",
                    "the reply would miss it",
                    f"reply hop of {case.at('hop_response_ms'):g} ms",
                ),
            ),
            consequences=("The share of answers without the model is measured, and an alarm watches it.",),
            flips_when=(Flip("problem.task", "==", "classification" if popular else "recommendation"),),
            source=margin.source,
        )
