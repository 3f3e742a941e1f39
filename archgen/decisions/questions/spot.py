"""Interruptible capacity for training."""

from __future__ import annotations

from math import floor, sqrt

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.sizing.training import learns_here, run_hours

_WRITE_MIN, _BETWEEN_MIN = 2.0, 120.0
"""Minutes to write a checkpoint, and between two interruptions: the example of the source."""
_SLACK = 2
_HOURS_A_YEAR = 365 * 24


class Spot(Question):
    """Training with slack can be interrupted, serving cannot. Source: SPT-01 to SPT-05; Young's interval (1974)."""

    id = "spot-training"
    chapter = "operation"
    asks = "Does training run on interruptible capacity, and does it write checkpoints?"
    requires = ("training",)

    def decide(self, case: Case) -> Decision | None:
        models, labels = case.spec.workload.models, case.spec.problem.labels
        if "training" not in case.made or not learns_here(case.spec) or labels is None:
            return None
        hours = run_hours(case.spec, case.assumptions)
        between = _HOURS_A_YEAR / (float(models.releases) * 365 * 86_400)
        patient = between >= _SLACK * hours
        every = sqrt(2 * _WRITE_MIN * _BETWEEN_MIN)
        interruptible = f"interruptible instances with a checkpoint every {every:.0f} min"
        figures = f"about {hours:.1f} h a run, {between:,.0f} h between releases"
        bound = floor(_HOURS_A_YEAR / (_SLACK * hours))
        return self.made(
            interruptible if patient else "instances on demand",
            "A run that is interrupted goes on from its last checkpoint, and nobody waits for it."
            if patient
            else "There is no time to wait for capacity between two releases.",
            because=case.because("workload.models.releases", "problem.labels.rows", "problem.labels.series"),
            rejected=(
                Rejected(
                    "instances on demand" if patient else interruptible,
                    "paid in full for a run that can wait" if patient else "may wait as long as it runs",
                    figures,
                ),
                Rejected("interruptible instances for serving", "capacity leaves within minutes", "2 minutes' notice"),
            ),
            flips_when=(Flip("workload.models.releases", ">" if patient else "<=", f"{bound}/year"),),
            source="Young (1974): interval = sqrt(2 x write time x time between interruptions); the slack of 2"
            " is our own rule",
        )
