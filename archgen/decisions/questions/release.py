"""How a new model version reaches production."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question


class Release(Question):
    """Canary with automatic rollback. Source: DEP-02; SageMaker deployment guardrails."""

    id = "release"
    asks = "How does a new model version reach production?"

    def decide(self, case: Case) -> Decision | None:
        if case.spec.workload.mode != "online":
            return None
        models = case.spec.workload.models
        return Decision(
            id=self.id,
            question=self.asks,
            choice="canary on a second fleet, rolled back by alarms",
            kind="decided",
            rationale=(
                "A share of the traffic proves the new version while the old fleet still stands; an alarm on errors or"
                f" latency brings it back without a person. {models.count:g} model(s) are kept: one serves, any other"
                " takes its place the same way."
            ),
            because=case.because("workload.models.count", "workload.models.releases", "workload.availability"),
            rejected=(
                Rejected("all at once", "every request meets a bad version", "100 % of traffic at risk"),
                Rejected("rolling", "no fleet to go back to", "0 instances of the old version at its end"),
            ),
            flips_when=(Flip("workload.mode", "==", "batch"),),
            source="AWS documentation: deployment-guardrails",
            confidence="verified",
        )
