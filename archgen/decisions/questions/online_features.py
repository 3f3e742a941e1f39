"""Whether serving needs an online feature store."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits


class OnlineFeatures(Question):
    """Needed when a feature that the request does not carry is read while someone waits. Source: FST-01, 02, 04, 08."""

    id = "online-features"
    asks = "Does serving read features from an online store?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        if spec.workload.mode != "online" or spec.features is None:
            return None
        if not spec.features.online:
            return Decision(
                id=self.id,
                question=self.asks,
                choice="no: every feature is in the request",
                kind="given",
                rationale="What nobody reads while a request waits is cost and a synchronisation risk for nothing.",
                because=case.because("features.online"),
                rejected=(Rejected("online store", "the spec excludes it", "0 reads per request"),),
                source="own rule, no public source",
                confidence="judgement",
            )
        reads = self._reads_per_second(case)
        store = limits()["sagemaker-feature-store-reads"]
        return Decision(
            id=self.id,
            question=self.asks,
            choice="yes: an in-memory store that the stream job writes and scoring reads",
            kind="given",
            rationale=(
                "Velocity counts are not in the request and have to be there within their hop of the latency budget."
            ),
            because=case.because("features.online", "features.reads", "features.freshness", "workload.traffic.peak"),
            rejected=(
                Rejected("warehouse query", "too slow for the request path", limits()["warehouse-read"].text),
                Rejected(
                    "SageMaker Feature Store online",
                    "its default quota is exceeded",
                    f"{reads:,.0f} reads/s; {store.text}",
                ),
            ),
            flips_when=(Flip("features.online", "==", "false"),),
            source=store.source,
            confidence="verified",
        )

    def _reads_per_second(self, case: Case) -> float:
        traffic, features = case.spec.workload.traffic, case.spec.features
        return float(traffic.peak * (features.reads or 1)) if traffic and features else 0.0
