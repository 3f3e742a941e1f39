"""Monitoring: SageMaker Model Monitor and a daily job."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.knowledge import Assumptions
from archgen.services import Fit, Neighbours, Port, Ref, Service, Setting, Value
from archgen.services.names import camel
from archgen.services.timing import time_zone
from archgen.topology import Component, Needs

INSTANCE_TYPE = "ml.m5.xlarge"
TWO_CLASSES = frozenset({"churn", "classification", "fraud-detection"})
"""Tasks whose answer is one score and whose label is 0 or 1: what Model Monitor is told to measure."""
DAYS_AFTER_MATURITY = 4
"""So long after its label is mature a captured request has to be kept: until its monitors have run, and a day more."""


class SagemakerMonitoring(Service):
    """Looks at requests every hour, at scores, labels and forecasts every day."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "drift is seen on the first day, long before labels are mature",
                "what is lost or missed is reckoned on all decisions once their labels have come",
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        needs, assumptions = component.needs, neighbours.assumptions
        forecasts = needs["task"] == "forecasting"
        late = _late_labels(needs, neighbours)
        found: dict[str, Value] = {
            "curated": Ref(component=_written_by("curation", neighbours)),
            "curated_prefix": "curation/dataset",
            "parameters": _parameters(needs, assumptions),
            "limits": _limits(needs, assumptions, _endpoint(neighbours) is not None, bool(late)),
            "instance_type": INSTANCE_TYPE,
            "time_zone": time_zone(needs),
            "image_digest": Setting(
                key=f"{camel(component.id)}ImageDigest",
                description=f"Digest (sha256:...) of the image built from app/{component.id}, in its repository",
                live=True,
                sample="sha256:" + "8" * 64,
            ),
        }
        if forecasts:
            scoring = next(neighbours.topology.of_role("batch-scoring")).id
            found |= {"answers": Ref(component=_written_by_id(scoring, neighbours)), "answers_prefix": scoring}
        endpoint = _endpoint(neighbours)
        if endpoint is not None:
            found |= {**_of_endpoint(component.id, endpoint, neighbours), **late}
        return found


def _endpoint(neighbours: Neighbours) -> str | None:
    return next((component.id for component in neighbours.topology.of_role("realtime-endpoint")), None)


def _written_by(role: str, neighbours: Neighbours) -> str:
    return _written_by_id(next(neighbours.topology.of_role(role)).id, neighbours)


def _written_by_id(id: str, neighbours: Neighbours) -> str:
    """The lake that a component writes its objects to."""
    return next(flow.target for flow in neighbours.flows(id) if flow.source == id and flow.kind == "objects")


def _of_endpoint(id: str, endpoint: str, neighbours: Neighbours) -> Mapping[str, Value]:
    lake = next(flow.target for flow in neighbours.flows(endpoint) if flow.kind == "capture")
    artefacts = "s3://payments-artefacts/models/registry"
    return {
        "endpoint": Ref(component=endpoint),
        "captured": Ref(component=lake),
        "captured_prefix": f"capture/{endpoint}",
        "model_monitor": Setting(
            key="useModelMonitor",
            description="Whether SageMaker Model Monitor is open to this account: AWS takes no new customers for it. "
            "False leaves its monitors out; the daily job of our own watches scores and labels either way",
            type="boolean",
            sample=True,
        ),
        "baseline_uri": Setting(
            key=f"{camel(id)}BaselineUri",
            description="Baseline of the version that is served: `baseline` of its metadata, as the promotion tells it",
            live=True,
            sample=f"{artefacts}/0123456789ab/baseline",
        ),
        "evaluation_uri": Setting(
            key=f"{camel(id)}EvaluationUri",
            description="Evaluation of the version that is served: `evaluation` of its metadata, as promotion tells it",
            live=True,
            sample=f"{artefacts}/0123456789ab/evaluation",
        ),
    }


def _outlives_labels(needs: Needs, endpoint: str, neighbours: Neighbours) -> bool:
    """Whether captured requests are still there when their labels are mature."""
    lake = next(flow.target for flow in neighbours.flows(endpoint) if flow.kind == "capture")
    kept = neighbours.topology.component(lake).needs.get("keep_days")
    return kept is None or int(str(kept)) >= int(str(needs.get("label_delay_days", 0))) + DAYS_AFTER_MATURITY


def _late_labels(needs: Needs, neighbours: Neighbours) -> Mapping[str, Value]:
    """What joining labels to captured requests takes; nothing where there are none to join."""
    endpoint = _endpoint(neighbours)
    if endpoint is None or needs["task"] not in TWO_CLASSES or not _outlives_labels(needs, endpoint, neighbours):
        return {}
    found: dict[str, Value] = {
        "label_delay_days": int(str(needs.get("label_delay_days", 0))),
        "step_up_score": neighbours.assumptions.value("step_up_score"),
        "ranking_floor": neighbours.assumptions.value("ranking_minimum"),
    }
    training = next((component.id for component in neighbours.topology.of_role("training")), None)
    if training is not None:
        # The same setting as training's: what is compared before a release is compared after it.
        found["bias_columns"] = Setting(
            key=f"{camel(training)}BiasColumns",
            description="Columns of the training data by whose values error rates are compared before a version is "
            "registered, such as a country or an age band; an empty list compares none",
            type="array",
            sample=("attribute_country",),
        )
    return found


def _parameters(needs: Needs, assumptions: Assumptions) -> tuple[str, ...]:
    named = {"TASK": str(needs["task"])}
    if needs["task"] == "forecasting":
        named["HORIZON_DAYS"] = str(needs.get("horizon_days", 28))
    else:
        named["ENTITIES"] = ",".join(str(entity) for entity in _listed(needs.get("entities", ())))
        named["LABEL_DELAY_DAYS"] = str(needs.get("label_delay_days", 0))
        named["FALSE_POSITIVE_RATE"] = f"{assumptions.value('false_positive_rate'):g}"
        named["MAX_ROWS"] = f"{assumptions.value('watched_rows'):.0f}"
    return tuple(f"{name}={value}" for name, value in sorted(named.items()))


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, tuple | list) else ()


def _limits(needs: Needs, assumptions: Assumptions, has_endpoint: bool, joins_labels: bool) -> tuple[str, ...]:
    if needs["task"] == "forecasting":
        return (
            f"WAPE > {assumptions.value('forecast_wape_limit'):g}",
            f"Bias > {assumptions.value('forecast_bias_limit'):g}",
            f"Coverage < {assumptions.value('forecast_coverage_minimum'):g}",
        )
    mature = f"ValueRecall < {assumptions.value('value_recall_minimum'):g}"
    if not has_endpoint:
        return (mature,)
    gap = assumptions.value("group_gap_limit")
    late = ("LabelsMatched < 1", f"RecallGap > {gap:g}", f"SpecificityGap > {gap:g}")
    early = (
        f"ScorePSI > {assumptions.value('score_drift_limit'):g}",
        f"ReasonsRanking < {assumptions.value('reasons_ranking_floor'):g}",
        "DataQualityViolations > 0",
    )
    return (*early, mature, *(late if joins_labels else ()))


SERVICE = SagemakerMonitoring(
    id="sagemaker_monitoring",
    role="model-monitoring",
    class_name="SagemakerMonitoring",
    title="Amazon SageMaker Model Monitor",
    limited=True,
    ports=(
        Port(argument="sources", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="reads", many=True),
        Port(argument="labelled", kind="labels", role="lake", speaks=frozenset({"s3"}), verb="writes", optional=True),
    ),
    inside_network=True,
    exports=("repository_url",),
)
