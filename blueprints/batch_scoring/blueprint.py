"""Batch scoring: fetch, curate, score every row at once and write the answers back, in a window of the night."""

from __future__ import annotations

from archgen.blueprints import (
    Builder,
    add_account_baseline,
    add_backup,
    add_cost_guard,
    add_curation,
    add_intake,
    add_monitoring,
    add_second_region,
    add_training,
    add_unserved,
    add_workbench,
)
from archgen.decisions import Decisions
from archgen.knowledge import Assumptions
from archgen.services import Fit, Violation
from archgen.spec import Spec
from archgen.topology import Need, Topology

RUNNABLE = frozenset({"batch-intake", "curation", "batch-scoring", "result-delivery"})
"""Roles that the night runs; whatever else there is has a schedule of its own or none."""
IDLE_BY_DAY = frozenset({"realtime-endpoint", "online-features", "stream-features", "event-stream", "api-gateway"})
"""Roles that this blueprint never has: each would stand idle for all but minutes of a day."""


def suits(spec: Spec, decisions: Decisions) -> Fit:
    """A batch over tables, from sources that deliver at times, for consumers that are written to or fetch files."""
    violated = []
    if spec.workload.mode != "batch":
        violated.append(_violation("workload.mode", spec.workload.mode, "batch", "a caller waits for an answer"))
    if spec.problem.data not in ("tabular", "time-series"):
        violated.append(
            _violation("problem.data", spec.problem.data, "tabular or time-series", "rows are scored, not documents")
        )
    for source in spec.sources:
        if source.delivery in ("stream", "cdc"):
            violated.append(
                _violation(
                    f"sources[{source.id}].delivery",
                    source.delivery,
                    "hourly, daily, weekly or on-demand",
                    "a night has no use for what arrives all day; land it and let the night read files",
                )
            )
    for consumer in spec.consumers:
        if consumer.pattern in ("sync", "event"):
            violated.append(
                _violation(
                    f"consumers[{consumer.id}].pattern",
                    consumer.pattern,
                    "batch or file",
                    "answers are made once a night, all together",
                )
            )
    if spec.platform.gateway != "none":
        violated.append(_violation("platform.gateway", spec.platform.gateway, "none", "nobody calls anything"))
    return Fit(score=80.0, reasons=("all answers are made in one run, and nobody waits",), violated=tuple(violated))


def topology(spec: Spec, decisions: Decisions, assumptions: Assumptions) -> Topology:
    """Every source, consumer and demand of the spec as a component, and what lies between them as flows."""
    return _BatchScoring(spec, assumptions).build()


def _violation(need: str, found: str, limit: str, reason: str) -> Violation:
    return Violation(need=need, found=found, limit=limit, reason=reason)


class _BatchScoring(Builder):
    def __init__(self, spec: Spec, assumptions: Assumptions) -> None:
        super().__init__(spec, assumptions)
        self.learns = spec.workload.models.training == "here"
        self.scoring = "forecast" if spec.problem.task == "forecasting" else "scores"

    def build(self) -> Topology:
        self.platform()
        add_intake(self, orchestrated=True)
        add_curation(self, ("landing",), orchestrated=True)
        if self.learns:
            add_training(self)
            add_workbench(self)
        self._scoring()
        self._consumers()
        if self.learns:
            add_monitoring(self, ("results", "curated"))
        self._night()
        add_account_baseline(self)
        add_unserved(self)
        add_backup(self)
        add_second_region(self)
        add_cost_guard(self)
        self.add("operations", "operations", "operations")
        return self.topology("batch_scoring")

    @property
    def rows(self) -> float:
        assert self.spec.workload.batch is not None  # a batch spec has it: checked when it was loaded
        return float(self.spec.workload.batch.rows)

    def _scoring(self) -> None:
        self.lake("results", self.days("decisions", "decision_days"))
        self.add(
            self.scoring,
            "batch-scoring",
            "serving",
            task=self.spec.problem.task,
            rows=self.rows,
            training=self.spec.workload.models.training,
            private=True,
            customer_keys=self.customer_keys,
            **self.horizon,
            **self.window,
        )
        self.flow("curated", self.scoring, "objects", "target")
        if self.learns:
            self.flow("registry", self.scoring, "model", "target", "confidential")
        self.flow(self.scoring, "results", "objects", "source")

    def _consumers(self) -> None:
        for consumer in self.spec.consumers:
            needs: dict[str, Need] = {"system": consumer.system, "pattern": consumer.pattern}
            self.add(consumer.id, "consumer", "consumers", **needs)
            role, suffix, kind = (
                ("result-delivery", "writeback", "decisions")
                if consumer.pattern == "batch"
                else ("result-files", "files", "files")
            )
            delivery = f"{consumer.id}-{suffix}"
            share = float(consumer.share or 1)
            self.add(delivery, role, "results", **needs, rows=self.rows * share, share=share, **self.window)
            self.flow("results", delivery, "objects", "target")
            self.flow(delivery, consumer.id, kind, "source")

    def _night(self) -> None:
        self.add("night", "orchestration", "operations", **self.window)
        for component in [component for component in self.components if component.role in RUNNABLE]:
            self.flow("night", component.id, "run", "source", "public")
