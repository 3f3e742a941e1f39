"""Streaming features: Managed Service for Apache Flink."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value
from archgen.services.entities import entities_of
from archgen.services.names import camel
from archgen.services.roles.stream_features import lag_records, window_arguments
from archgen.sizing import Quantity, one_year_of_growth
from archgen.topology import Component, Needs


class FlinkFeatures(Service):
    """Sized by the updates of a Python job, and by the bytes that it reads."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "keyed windows in event time, fresh within seconds, without a cluster to run",
                "windows survive a failure: checkpoints and snapshots under a key of the client",
            ),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        parallelism = _parallelism(demand)
        kpus = demand.quantity(
            "kpus",
            "KPU",
            "parallelism / 1 slot per KPU + 1 for orchestration",
            lambda assumptions: _slots(demand, assumptions) + 1,
            assumptions=("flink_updates_per_slot", "flink_megabytes_per_slot", "utilisation_target"),
        )
        # All inputs of the slots behind it, so that a reader sees what drives it.
        return parallelism, replace(kpus, inputs={**parallelism.inputs, "parallelism": parallelism.value})

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {
            **window_arguments(component),
            "lag_records": lag_records(component),
            "code_key": Setting(
                key=f"{camel(component.id)}CodeKey",
                description=(
                    f"Key of the feature job's package in the artefacts bucket, below {component.id}/; made by "
                    f"app/{component.id}/package.py"
                ),
                live=True,
                sample=f"{component.id}/velocity-features.zip",
            ),
        }


def _parallelism(demand: Demand) -> Quantity:
    quantity = demand.quantity(
        "parallelism",
        "slots",
        "max of records_per_second x (1 + growth) x entities / (flink_updates_per_slot x utilisation_target) and "
        "records_per_second x record_bytes / 1,000,000 x (1 + growth) / flink_megabytes_per_slot, each rounded up",
        lambda assumptions: _slots(demand, assumptions),
        needs=("records_per_second", "record_bytes", "growth"),
        assumptions=("flink_updates_per_slot", "flink_megabytes_per_slot", "utilisation_target"),
    )
    return replace(quantity, inputs={**quantity.inputs, "entities": len(entities_of(demand.needs))})


def _slots(demand: Demand, assumptions: Assumptions) -> int:
    records = one_year_of_growth(demand.number("records_per_second"), demand.number("growth"))
    megabytes = records * demand.number("record_bytes") / 1_000_000
    per_slot = assumptions.value("flink_updates_per_slot") * assumptions.value("utilisation_target")
    by_updates = records * len(entities_of(demand.needs)) / per_slot
    by_bytes = megabytes / assumptions.value("flink_megabytes_per_slot")
    return max(1, ceil(round(max(by_updates, by_bytes), 9)))


SERVICE = FlinkFeatures(
    id="flink_features",
    role="stream-features",
    class_name="FlinkFeatures",
    title="Amazon Managed Service for Apache Flink",
    ports=(
        Port(
            argument="source", kind="events", role="event-stream", speaks=frozenset({"kinesis", "kafka"}), verb="reads"
        ),
        Port(argument="online", kind="features", role="online-features", speaks=frozenset({"valkey"}), verb="writes"),
    ),
    inside_network=True,
    minimum={"parallelism": 1, "kpus": 2},
)
