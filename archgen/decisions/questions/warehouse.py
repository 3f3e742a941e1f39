"""Whether the warehouse that holds the data also learns from it."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question

WAREHOUSES = frozenset({"snowflake", "databricks", "bigquery", "redshift"})
_INSIDE = (
    "a training pipeline beside the warehouse; data that lies whole in one asks for models in the warehouse first,"
    " which are not built"
)
_BESIDE = "beside the warehouse: a training pipeline reads what is exported"


class Warehouse(Question):
    """Where one warehouse holds everything and nobody waits, models in SQL are the simplest. Own rule."""

    id = "warehouse-learning"
    chapter = "data"
    asks = "Does the model learn where the data lies, in the warehouse, or beside it?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        sources = [source for source in spec.sources if source.use != "corpus"]
        trains = spec.workload.models.training == "here" and spec.problem.decision.effect != "generative"
        if not sources or not trains or spec.problem.data not in ("tabular", "time-series"):
            return None
        inside = [source for source in sources if source.system in WAREHOUSES]
        one = len({source.system for source in inside}) == 1
        waits = spec.workload.mode == "online" and (case.p99 or 0) <= case.at("synchronous_wait")
        native = len(inside) == len(sources) and one and not waits
        held = f"{len(inside)} of {len(sources)} sources lie in a warehouse"
        outside = next((source for source in sources if source not in inside), None)
        flips: tuple[Flip, ...] = ()
        if native:
            flips = (Flip(f"sources[{inside[0].id}].system", "==", "sap"),)
        elif not waits and outside is not None and len(sources) - len(inside) == 1 and len(sources) > 1 and one:
            flips = (Flip(f"sources[{outside.id}].system", "==", inside[0].system),)
        return self.made(
            _INSIDE if native else _BESIDE,
            "Try the warehouse's own functions before anything here is deployed: no data moves, the access rules are"
            " there, and people who write SQL can run them. What is built here pays when models outgrow that."
            if native
            else "A caller waits for the answer, which a warehouse does not give in time."
            if waits
            else "No one warehouse holds everything: what lies elsewhere would first have to be loaded into it.",
            because=case.because("workload.mode", *(f"sources[{source.id}].system" for source in sources)),
            rejected=(
                Rejected(
                    "in the warehouse (warehouse-native models)",
                    "the simplest where all data is; it is not built yet"
                    if native
                    else "too slow to answer a caller"
                    if waits
                    else "part of the data would have to be loaded first",
                    case.rule("warehouse_read") if waits else held,
                ),
            ),
            flips_when=flips,
        )
