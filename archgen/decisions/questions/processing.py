"""Batch, micro-batch or streaming."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits


class Processing(Question):
    """By the freshness that features need. Source: PRO-01 to PRO-04."""

    id = "processing"
    asks = "Are data and features processed in batches, micro-batches or as a stream?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        if spec.workload.mode == "batch":
            return Decision(
                id=self.id,
                question=self.asks,
                choice="batch",
                kind="given",
                rationale=(
                    "The result is used hours after its data: a stream would be paid for and watched for nothing."
                ),
                because=case.because("workload.mode", "workload.batch.done_by"),
                rejected=(
                    Rejected("streaming", "nobody acts on the result earlier", f"{spec.workload.mode} workload"),
                ),
                source="AWS Well-Architected Machine Learning Lens, deployment options",
                confidence="documented",
            )
        streams = [source for source in spec.sources if source.delivery == "stream"]
        if not streams:
            return None
        freshness = spec.features.freshness if spec.features else None
        threshold = limits()["streaming-freshness"]
        return Decision(
            id=self.id,
            question=self.asks,
            choice="streaming, with synchronous scoring in the request path and decisions published asynchronously",
            kind="decided",
            rationale=(
                "Counts over minutes catch card testing only while it happens. Scoring stays in the request path: a"
                " stream has no reply channel."
            ),
            because=case.because("workload.mode", "features.freshness", f"sources[{streams[0].id}].delivery"),
            rejected=(
                Rejected("micro-batch", "misses bursts", f"freshness {freshness or 'unstated'}; {threshold.text}"),
                Rejected(
                    "scoring from the stream", "adds a broker hop and has no reply channel", "one more hop per request"
                ),
            ),
            flips_when=(Flip("features.freshness", ">=", f"{threshold.value:g} s"),),
            source=threshold.source,
            confidence="judgement",
        )
