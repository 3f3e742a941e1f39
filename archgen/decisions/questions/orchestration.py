"""What runs the steps that nobody waits for: a night, a training run, the loading of documents."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.sizing import batch_window
from archgen.sizing.training import learns_here, run_hours

_MINUTE_MS = 60_000
_YEAR_S = 365 * 86_400
_HOURS_A_YEAR = 8_760
_PIPELINE = "the managed pipeline of the machine-learning platform, started by its schedule, by drift, or by a person"
_LOADING = "events and a queue: what a source delivers starts its own loading, and a state machine repeats what fails"


class Orchestration(Question):
    """A state machine for a night, a managed pipeline for training, events for documents. Own rules."""

    id = "orchestration"
    chapter = "serving"
    asks = "What runs the steps in their order, and who notices when they are not done in time?"

    def decide(self, case: Case) -> Decision | None:
        if case.spec.workload.mode == "batch" and case.spec.workload.batch is not None:
            return self._night(case)
        if case.spec.problem.decision.effect != "generative" and learns_here(case.spec):
            return self._training(case)
        return self._loading(case)

    def _night(self, case: Case) -> Decision:
        window = batch_window(case.spec, case.assumptions)
        batch = case.spec.workload.batch
        busy, day = window.total_ms / _MINUTE_MS, 24 * 60
        return self.made(
            "a managed state machine in the business's time zone, each step repeated once, and a second schedule at"
            " the deadline",
            "Each step is a managed job that a state machine waits for without running anything itself. A night that"
            " never began cannot report itself: the deadline is looked at from outside. The window keeps a reserve for"
            " one repetition of its longest step. Training has a schedule of its own and no part in the night.",
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
                    f"times are told in {batch and batch.time_zone}",
                ),
            ),
        )

    def _training(self, case: Case) -> Decision:
        models = case.spec.workload.models
        runs = float(models.releases) * _YEAR_S * models.count
        hours = run_hours(case.spec, case.assumptions)
        return self.made(
            _PIPELINE,
            "A run is a chain of jobs that ends with a registered version. The platform keeps which data and code made"
            " it, which a scheduler beside it would not.",
            because=case.because("workload.models.training", "workload.models.releases", "workload.models.count"),
            rejected=(
                Rejected(
                    "workflow cluster (Airflow)",
                    "a scheduler and workers that idle between runs",
                    f"{runs:,.0f} runs a year of about {hours:.1f} h: {runs * hours / _HOURS_A_YEAR:.1%} of the time",
                ),
                Rejected("a schedule and a script", "no lineage, and nobody sees a run that never began", "0 records"),
                Rejected(
                    "steps in the workflow of the build (CI)",
                    "ends before a long run does",
                    f"about {hours:.1f} h a run",
                ),
            ),
            consequences=("A run that has not ended by its longest time alarms; so does a schedule that began none.",),
            flips_when=(Flip("workload.models.training", "==", "elsewhere"),),
        )

    def _loading(self, case: Case) -> Decision:
        loads = ", ".join(f"{source.id} {source.delivery}" for source in case.spec.sources)
        return self.made(
            _LOADING,
            "Nothing has to be trained here before the first answer, and sources deliver at their own times: each"
            " delivery is its own run, and one that fails is repeated without holding up the others.",
            because=case.because(
                "workload.models.training", *(f"sources[{source.id}].delivery" for source in case.spec.sources)
            ),
            rejected=(
                Rejected("workflow cluster (Airflow)", "a scheduler and workers for chains of two steps", loads),
                Rejected("one nightly run over everything", "as old as a day, and one failure stops all", loads),
            ),
            consequences=("The age of the newest delivery of each source is measured, and an alarm watches it.",),
        )
