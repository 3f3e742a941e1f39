"""How a stream of the client reaches ours."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits


class Intake(Question):
    """A client's Kafka is read by containers of a consumer group; functions and pipes meet their quotas first."""

    id = "intake"
    chapter = "data"
    asks = "What carries the client's stream into the platform?"

    def decide(self, case: Case) -> Decision | None:
        streams = [s for s in case.spec.sources if s.delivery == "stream" and s.rate is not None]
        if not streams:
            return None
        first = max(streams, key=lambda s: (float(s.rate or 0), s.id))
        return Decision(
            id=self.id,
            question=self.asks,
            choice="a consumer group in containers, which commits only what our stream has accepted",
            kind="decided",
            rationale=(
                "Long-lived consumers keep their partitions and batch their writes. A malformed record goes to a"
                " dead-letter queue instead of stopping its partition."
            ),
            because=case.because(f"sources[{first.id}].system", f"sources[{first.id}].rate"),
            rejected=(
                Rejected(
                    "function per batch",
                    "shares the concurrency of the account",
                    f"{first.rate:,.0f} records/s; {limits()['aws-lambda-concurrency'].text}",
                ),
                Rejected(
                    "event router",
                    "no order, no replay, and a default quota",
                    f"{first.rate:,.0f} records/s; {limits()['aws-eventbridge-rate'].text}",
                ),
            ),
            source=limits()["aws-eventbridge-rate"].source,
            confidence="documented",
        )
