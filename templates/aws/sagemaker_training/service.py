"""Training: SageMaker Pipelines with spot instances."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.names import camel
from archgen.services.timing import time_zone
from archgen.sizing import Quantity
from archgen.topology import Component, Needs

INSTANCE_TYPE = "ml.m5.4xlarge"
VCPUS = 16
"""See `instance` in service.yaml: no local disk, so that the volume can have a customer key."""

START_SECONDS = 300
READ_BYTES_PER_SECOND = 100_000_000
QUANTILE_MODELS = 3
"""A forecast is three models: the median and the two ends of its interval."""

DATA_SETS = {"forecasting": "curation/training"}
"""What curation writes for a task; all others learn from labelled decisions."""


class SagemakerTraining(Service):
    """Sized by rows, features and trees; it keeps a schedule of its own."""

    def suits(self, needs: Needs) -> Fit:
        violated = ()
        if needs.get("orchestrated"):
            violated = (
                Violation(
                    need="orchestrated",
                    found="started by a state machine",
                    limit="a schedule of its own",
                    reason="Step Functions can start a SageMaker pipeline but not wait for it",
                ),
            )
        return Fit(
            score=80,
            reasons=(
                "spot instances with checkpoints, isolated containers, volumes and artefacts under a key of the client",
                "a version is registered only when it meets its gates, and waits for a person",
            ),
            violated=violated,
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        task = str(demand.needs["task"])
        rows = "rows x forecast_history_days" if task == "forecasting" else "rows"
        time = (
            f"min({rows}, training_max_rows) x training_features x training_trees x training_depth / 6 x "
            f"boosting_cell_s / {VCPUS} vCPU" + (f" x {QUANTILE_MODELS} models" if task == "forecasting" else "")
        )
        learning = (
            "boosting_cell_s",
            "training_features",
            "training_trees",
            "training_depth",
            "training_max_rows",
            *(["forecast_history_days"] if task == "forecasting" else []),
        )
        return (
            demand.quantity(
                "training_time",
                "s",
                time,
                lambda assumptions: round(_training_seconds(demand, assumptions), 1),
                needs=("rows",),
                assumptions=learning,
            ),
            demand.quantity(
                "max_runtime_seconds",
                "s",
                f"3 x ({START_SECONDS} s start + {rows} x training_row_bytes / 100 MB/s + training time), up to the "
                "next 10 minutes",
                lambda assumptions: _max_runtime(demand, assumptions),
                needs=("rows",),
                assumptions=(*learning, "training_row_bytes"),
            ),
            demand.quantity(
                "volume_gb",
                "GB",
                f"30 + 2 x {rows} x training_row_bytes / 10^9, rounded up: what is read and what is made of it",
                lambda assumptions: ceil(30 + 2 * _bytes(demand, assumptions) / 1e9),
                needs=("rows",),
                assumptions=("training_row_bytes", *(["forecast_history_days"] if task == "forecasting" else [])),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        needs, assumptions = component.needs, neighbours.assumptions
        task = str(needs["task"])
        learns_from_people = task != "forecasting"
        return {
            "task": task,
            "data_prefix": DATA_SETS.get(task, "curation/dataset"),
            "parameters": _parameters(needs, assumptions, neighbours),
            "gates": _gates(task, assumptions),
            "bias_columns": _bias_columns(component.id) if learns_from_people else (),
            "instance_type": INSTANCE_TYPE,
            "workspace_days": int(assumptions.value("training_workspace_days")),
            "schedule_expression": _schedule(float(str(needs["releases_per_year"]))),
            "time_zone": time_zone(needs),
            "manage_account_baseline": Setting(
                key="manageAccountBaseline",
                description="Whether this stack owns what an account has once, such as the log groups that all "
                "SageMaker jobs share; false where a landing zone or another stack does",
                type="boolean",
                sample=True,
            ),
            "image_digest": Setting(
                key=f"{camel(component.id)}ImageDigest",
                description=f"Digest (sha256:...) of the image built from app/{component.id}, in the repository of the "
                "model registry; the first version is trained before, by a run of the pipeline that names ImageDigest",
                live=True,
                sample="sha256:" + "7" * 64,
            ),
        }


def _rows(demand: Demand, assumptions: Assumptions) -> float:
    each = assumptions.value("forecast_history_days") if demand.needs["task"] == "forecasting" else 1
    return demand.number("rows") * each


def _bytes(demand: Demand, assumptions: Assumptions) -> float:
    return _rows(demand, assumptions) * assumptions.value("training_row_bytes")


def _training_seconds(demand: Demand, assumptions: Assumptions) -> float:
    rows = min(_rows(demand, assumptions), assumptions.value("training_max_rows"))
    cells = rows * assumptions.value("training_features") * assumptions.value("training_trees")
    models = QUANTILE_MODELS if demand.needs["task"] == "forecasting" else 1
    depth = assumptions.value("training_depth") / 6
    return cells * depth * assumptions.value("boosting_cell_s") / VCPUS * models


def _max_runtime(demand: Demand, assumptions: Assumptions) -> int:
    reading = _bytes(demand, assumptions) / READ_BYTES_PER_SECOND
    seconds = 3 * (START_SECONDS + reading + _training_seconds(demand, assumptions))
    return ceil(round(seconds / 600, 9)) * 600


def _parameters(needs: Needs, assumptions: Assumptions, neighbours: Neighbours) -> tuple[str, ...]:
    """What `app/` reads, each `NAME=value`."""
    named: dict[str, str] = {
        "TASK": str(needs["task"]),
        "MAX_ROWS": f"{assumptions.value('training_max_rows'):.0f}",
        "TREES": f"{assumptions.value('training_trees'):.0f}",
        "DEPTH": f"{assumptions.value('training_depth'):.0f}",
    }
    curation = next(neighbours.topology.of_role("curation"), None)
    told = {**(curation.needs if curation else {}), **needs}
    if needs["task"] == "forecasting":
        named["HORIZON_DAYS"] = str(told.get("horizon_days", 28))
    else:
        named["LABEL_DELAY_DAYS"] = str(told.get("label_delay_days", 0))
        named["FALSE_POSITIVE_RATE"] = f"{assumptions.value('false_positive_rate'):g}"
    return tuple(f"{name}={value}" for name, value in sorted(named.items()))


def _gates(task: str, assumptions: Assumptions) -> tuple[str, ...]:
    if task == "forecasting":
        return (f"wape_to_naive <= {assumptions.value('forecast_skill'):g}",)
    if task == "fraud-detection":
        return (f"value_recall >= {assumptions.value('value_recall_minimum'):g}",)
    return (f"auc >= {assumptions.value('ranking_minimum'):g}",)


def _bias_columns(id: str) -> Setting:
    return Setting(
        key=f"{camel(id)}BiasColumns",
        description="Columns of the training data by whose values error rates are compared before a version is "
        "registered, such as a country or an age band; an empty list compares none",
        type="array",
        sample=("attribute_country",),
    )


def _schedule(releases_per_year: float) -> str:
    """As often as versions go live, at noon: curated data is not rewritten then, and people are there to look."""
    if releases_per_year >= 250:
        return "cron(0 12 * * ? *)"
    if releases_per_year >= 50:
        return "cron(0 12 ? * MON *)"
    if releases_per_year >= 12:
        return "cron(0 12 1 * ? *)"
    if releases_per_year >= 4:
        return "cron(0 12 1 1,4,7,10 ? *)"
    return "cron(0 12 1 1,7 ? *)"


SERVICE = SagemakerTraining(
    id="sagemaker_training",
    role="training",
    class_name="SagemakerTraining",
    title="Amazon SageMaker AI pipelines",
    limited=True,
    ports=(
        Port(argument="data", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="reads"),
        Port(
            argument="registry",
            kind="model",
            role="model-registry",
            speaks=frozenset({"sagemaker-registry"}),
            verb="registers",
        ),
    ),
    inside_network=True,
    # The interfaces of the jobs lie in the network; the service calls the APIs itself, from its own side.
    minimum={"max_runtime_seconds": 3600, "volume_gb": 50},
)
