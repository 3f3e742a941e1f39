"""Whether serving needs an online feature store."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits


class OnlineFeatures(Question):
    """Needed when a feature that the request does not carry is read while someone waits. Source: FST-01, 02, 04, 08."""

    id = "online-features"
    chapter = "data"
    asks = "Does serving read features from an online store?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        if spec.workload.mode != "online":
            return None
        if not spec.features.online:
            return self.made(
                "no: every feature is in the request",
                "What nobody reads while a request waits is cost and a synchronisation risk for nothing.",
                because=case.because("features.online"),
                rejected=(Rejected("online store", "the spec excludes it", "0 reads per request"),),
                kind="given",
            )
        freshness = spec.features.freshness or f"{case.at('feature_freshness_s'):g} s (assumed)"
        reads = case.peak * (spec.features.reads or len(spec.features.entities))
        store = limits()["sagemaker-feature-store-reads"]
        over = reads > store.value
        return self.made(
            "yes: an in-memory store that the stream job writes and scoring reads",
            "Counts of the last minutes are not in the request and have to be there within their hop of the latency"
            " budget.",
            because=case.because("features.online", "features.reads", "features.freshness", "workload.traffic.peak"),
            rejected=(
                Rejected("warehouse query", "too slow for the request path", case.rule("warehouse_read")),
                Rejected(
                    "SageMaker Feature Store online",
                    "its default quota is exceeded" if over else "its in-memory tier takes no key of the client",
                    f"{reads:,.0f} reads/s; {store.text}",
                ),
                Rejected(
                    "feature store that is filled by schedules (Azure ML, Vertex optimised serving)",
                    "older than what is asked for",
                    f"freshness of {freshness}",
                ),
            ),
            consequences=("The offline store keeps what was read, so that training sees what serving saw.",),
            kind="given",
            source=store.source,
            confidence="verified",
        )
