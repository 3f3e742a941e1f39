"""CPU, GPU or another accelerator."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question


class Accelerator(Question):
    """Boosted trees run on CPUs. Source: HW-01."""

    id = "accelerator"
    asks = "Does inference need an accelerator?"
    requires = ("approach",)

    def decide(self, case: Case) -> Decision | None:
        if "approach" not in case.made:
            return None
        rate = case.assumptions["endpoint_requests_per_instance"]
        return Decision(
            id=self.id,
            question=self.asks,
            choice="no: compute-optimised CPU instances",
            kind="decided",
            rationale="A boosted model walks trees, one row at a time: a GPU would stand idle between requests.",
            because=case.because("problem.data"),
            rejected=(Rejected("GPU", "idle at batch size 1", f"{rate.value:,.0f} requests/s on one CPU instance"),),
            flips_when=(Flip("problem.task", "!=", "fraud-detection"),),
            source="own rule, no public source",
            confidence="judgement",
        )
