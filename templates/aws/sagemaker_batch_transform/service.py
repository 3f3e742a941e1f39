"""Batch scoring: SageMaker AI batch transform."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Value, Violation
from archgen.services.account import account_baseline
from archgen.sizing import Quantity, batch_instances
from archgen.topology import Component, Needs

INSTANCE_TYPE = "ml.m5.xlarge"
VCPUS = 4
ROWS = "curation/scoring"
"""Where curation puts the rows of a night; it is the component of that id in every batch topology."""


class SagemakerBatchTransform(Service):
    """Sized so that all rows are scored in their share of the window, at the planned utilisation."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "instances exist while they score, and no endpoint stands by day",
                "the newest approved version scores: a person's approval is the release",
            ),
            violated=tuple(_violations(needs)),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        return (
            demand.quantity(
                "instances",
                "instances",
                "rows / (batch_rows_per_second x utilisation_target x (forecast_target_min - batch_job_start_min) x 60)"
                ", rounded up",
                lambda assumptions: _instances(demand.number("rows"), assumptions),
                needs=("rows",),
                assumptions=(
                    "batch_rows_per_second",
                    "utilisation_target",
                    "forecast_target_min",
                    "batch_job_start_min",
                ),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {
            "rows": ROWS,
            "instance_type": INSTANCE_TYPE,
            "vcpus": VCPUS,
            "target_minutes": round(neighbours.assumptions.value("forecast_target_min")),
            "manage_account_baseline": account_baseline(),
        }


def _instances(rows: float, assumptions: Assumptions) -> int:
    return batch_instances(
        rows,
        assumptions.value("batch_rows_per_second"),
        assumptions.value("utilisation_target"),
        assumptions.value("forecast_target_min") - assumptions.value("batch_job_start_min"),
    )


def _violations(needs: Needs) -> list[Violation]:
    violated = []
    if needs.get("task") != "forecasting":
        violated.append(
            Violation(
                need="task",
                found=str(needs.get("task")),
                limit="forecasting",
                reason="curation makes the rows of a night for forecasts alone",
            )
        )
    if needs.get("training") != "here":
        violated.append(
            Violation(
                need="training",
                found=str(needs.get("training")),
                limit="here",
                reason="the rows have the features that our training has, which a brought model does not know",
            )
        )
    return violated


SERVICE = SagemakerBatchTransform(
    id="sagemaker_batch_transform",
    role="batch-scoring",
    class_name="SagemakerBatchTransform",
    title="Amazon SageMaker AI batch transform",
    limited=True,
    speaks=frozenset({"step-functions"}),
    ports=(
        Port(argument="source", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="reads"),
        Port(
            argument="registry",
            kind="model",
            role="model-registry",
            speaks=frozenset({"sagemaker-registry"}),
            verb="reads",
        ),
        Port(argument="destination", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="writes"),
    ),
    inside_network=True,
    calls=frozenset({"sagemaker.api"}),
    minimum={"instances": 1},
)
