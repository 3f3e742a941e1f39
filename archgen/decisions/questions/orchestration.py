"""What runs the steps of a night."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question
from archgen.sizing import batch_window

_MINUTE_MS = 60_000


class Orchestration(Question):
    """A state machine that waits for managed jobs, with a look at the deadline from outside."""

    id = "orchestration"
    chapter = "serving"
    asks = "What runs the steps of a night in their order, and who notices when it is not done in time?"

    def decide(self, case: Case) -> Decision | None:
        batch = case.spec.workload.batch
        if case.spec.workload.mode != "batch" or batch is None:
            return None
        window = batch_window(case.spec, case.assumptions)
        busy, day = window.total_ms / _MINUTE_MS, 24 * 60
        return Decision(
            id=self.id,
            question=self.asks,
            choice=(
                "a managed state machine in the business's time zone, each step repeated once, and a second schedule at"
                " the deadline"
            ),
            kind="decided",
            rationale=(
                "Each step is a managed job that a state machine waits for without running anything itself. A night"
                " that never began cannot report itself: the deadline is looked at from outside. The window keeps a"
                " reserve for one repetition of its longest step."
            ),
            because=case.because(
                "workload.batch.starts", "workload.batch.done_by", "workload.batch.time_zone", "workload.batch.days"
            ),
            rejected=(
                Rejected(
                    "workflow cluster (Airflow)",
                    "a scheduler and workers that idle for the rest of the day",
                    f"{busy:.0f} of {day:,} min a day are used",
                ),
                Rejected(
                    "one schedule per step",
                    "a late step meets the next one, and a failed one starts it on old data",
                    f"{len(window.hops) - 1} steps with one deadline",
                ),
                Rejected(
                    "schedules in UTC",
                    "an hour late for half of the year",
                    f"times are told in {batch.time_zone}",
                ),
            ),
            source="own rule, no public source",
            confidence="judgement",
        )
