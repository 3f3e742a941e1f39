"""Where models are trained, and on what kind of capacity."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question


class Training(Question):
    """Given by the spec: here, or elsewhere with a model that is brought."""

    id = "training"
    chapter = "operation"
    asks = "Where are models trained?"

    def decide(self, case: Case) -> Decision | None:
        if case.spec.problem.decision.effect == "generative":
            return None
        here = case.spec.workload.models.training == "here"
        return self.made(
            "here, in a pipeline with a registry" if here else "elsewhere: an approved model package is brought",
            "The data is here, and releases need a repeatable pipeline."
            if here
            else "The model keeps its owner; the interface it has to speak is a contract of the scoring service.",
            because=case.because("workload.models.training", "workload.models.releases"),
            rejected=(
                Rejected(
                    "elsewhere" if here else "training pipeline",
                    "the spec says where",
                    f"training: {case.spec.workload.models.training}",
                ),
            ),
            kind="given",
            source="the spec",
            confidence="documented",
        )
