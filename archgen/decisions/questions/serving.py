"""How the model is served."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits
from archgen.sizing import latency_budget


class Serving(Question):
    """Real-time, serverless, asynchronous, batch or inside the service. Source: SRV-01 to SRV-04 and SRV-13."""

    id = "serving"
    asks = "How is the model served?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        if spec.workload.mode == "batch":
            return Decision(
                id=self.id,
                question=self.asks,
                choice="batch transform",
                kind="given",
                rationale="Nobody waits for a single row; an endpoint would stand idle for most of the day.",
                because=case.because("workload.mode", "workload.batch.rows"),
                rejected=(Rejected("real-time endpoint", "idle cost", limits()["batch-row-floor"].text),),
                source="AWS Well-Architected Machine Learning Lens, MLPER-12",
                confidence="documented",
            )
        if spec.workload.latency is None or spec.workload.latency.p99 is None or spec.workload.traffic is None:
            return None
        online = bool(spec.features and spec.features.online)
        budget = latency_budget(spec.workload.latency.p99 * 1000, online, case.assumptions)
        in_flight = spec.workload.traffic.peak * budget.total_ms / 1000
        fits = f"the budget holds: {budget.total_ms:g} of {budget.limit_ms:g} ms with the remote call"
        return Decision(
            id=self.id,
            question=self.asks,
            choice="real-time endpoint of its own, called by the scoring service",
            kind="decided",
            rationale=(
                "A caller waits for the reply. A model that is a fleet of its own is released, rolled back and scaled"
                " without touching the service that decides."
            ),
            because=case.because("workload.mode", "workload.latency.p99", "workload.traffic.peak", "workload.payload"),
            rejected=(
                Rejected(
                    "serverless endpoint",
                    "too few requests in flight, and no private network",
                    f"{in_flight:,.0f} in flight; {limits()['sagemaker-serverless-concurrency'].text}",
                ),
                Rejected("asynchronous endpoint", "no reply on the connection", limits()["async-inline-payload"].text),
                Rejected("batch transform", "a caller waits", f"p99 of {spec.workload.latency.p99}"),
                Rejected("model inside the service", fits, limits()["embedding-rate"].text),
            ),
            flips_when=(Flip("workload.mode", "==", "batch"),),
            source="AWS documentation: deploy-model-options",
            confidence="verified",
        )
