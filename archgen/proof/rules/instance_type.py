"""Rule `instance-type`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from archgen.engine import Resource
from archgen.proof.paths_in_inputs import values
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table

PLACES = {
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": (
        ("hosting", "productionVariants[].instanceType"),
        ("hosting", "shadowProductionVariants[].instanceType"),
    ),
    "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": (
        ("processing", "jobResources.clusterConfig.instanceType"),
    ),
}
PIPELINE = "aws:sagemaker/pipeline:Pipeline"
IN_PIPELINE = {"ProcessingResources": "processing", "TransformResources": "transform"}


class InstanceType(Rule):
    """SageMaker has the instance type in the region of the stack, for the use that it is meant for."""

    id = "instance-type"
    title = "SageMaker has the instance type in the region of the stack"
    source = "cfn-lint's extensions of the CloudFormation schemas: archgen/proof/tables/sagemaker_instance_types.json"
    example = "`ml.p5.48xlarge` in eu-west-1, or `ml.c9.2xlarge` anywhere"
    family = "inputs"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per type and place; none for a region that the table does not have."""
        region = evidence.configuration.values.get("aws:region")
        known = table("sagemaker_instance_types")["regions"]
        for resource in evidence.up.resources:
            for use, type in _used(resource):
                offered = known[use].get(region)
                if offered is not None and isinstance(type, str) and type.startswith("ml.") and type not in offered:
                    yield self.at(resource, f"{type} is not offered for {use} in {region}")


def _used(resource: Resource) -> Iterator[tuple[str, Any]]:
    for use, path in PLACES.get(resource.type, ()):
        yield from ((use, value) for value in values(resource.inputs, path))
    if resource.type == PIPELINE:
        yield from _in_pipeline(_read(resource.inputs.get("pipelineDefinition")))


def _in_pipeline(value: Any, use: str | None = None) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key == "InstanceType" and use is not None:
                yield use, each
            else:
                yield from _in_pipeline(each, IN_PIPELINE.get(key, use))
    elif isinstance(value, list):
        for each in value:
            yield from _in_pipeline(each, use)


def _read(definition: Any) -> Any:
    try:
        return json.loads(definition) if isinstance(definition, str) else None
    except ValueError:
        return None
