"""Monitoring: SageMaker Model Monitor and a daily job."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.knowledge import Assumptions
from archgen.services import Fit, Neighbours, Port, Ref, Service, Setting, Value
from archgen.services.names import camel
from archgen.services.timing import time_zone
from archgen.topology import Component, Needs

INSTANCE_TYPE = "ml.m5.xlarge"


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
        found: dict[str, Value] = {
            "curated": Ref(component=_written_by("curation", neighbours)),
            "curated_prefix": "curation/dataset",
            "parameters": _parameters(needs, assumptions),
            "limits": _limits(needs, assumptions, _endpoint(neighbours) is not None),
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
            found |= _of_endpoint(component.id, endpoint, neighbours)
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


def _parameters(needs: Needs, assumptions: Assumptions) -> tuple[str, ...]:
    named = {"TASK": str(needs["task"])}
    if needs["task"] == "forecasting":
        named["HORIZON_DAYS"] = str(needs.get("horizon_days", 28))
    else:
        named["LABEL_DELAY_DAYS"] = str(needs.get("label_delay_days", 0))
        named["FALSE_POSITIVE_RATE"] = f"{assumptions.value('false_positive_rate'):g}"
        named["MAX_ROWS"] = f"{assumptions.value('watched_rows'):.0f}"
    return tuple(f"{name}={value}" for name, value in sorted(named.items()))


def _limits(needs: Needs, assumptions: Assumptions, has_endpoint: bool) -> tuple[str, ...]:
    if needs["task"] == "forecasting":
        return (
            f"WAPE > {assumptions.value('forecast_wape_limit'):g}",
            f"Bias > {assumptions.value('forecast_bias_limit'):g}",
            f"Coverage < {assumptions.value('forecast_coverage_minimum'):g}",
        )
    early = (f"ScorePSI > {assumptions.value('score_drift_limit'):g}", "DataQualityViolations > 0")
    return (*(early if has_endpoint else ()), f"ValueRecall < {assumptions.value('value_recall_minimum'):g}")


SERVICE = SagemakerMonitoring(
    id="sagemaker_monitoring",
    role="model-monitoring",
    class_name="SagemakerMonitoring",
    title="Amazon SageMaker Model Monitor",
    ports=(Port(argument="sources", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="reads", many=True),),
    inside_network=True,
    exports=("repository_url",),
)
