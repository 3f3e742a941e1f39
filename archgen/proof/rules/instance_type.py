"""Rule `instance-type`."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
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
CACHE = ("aws:elasticache/replicationGroup:ReplicationGroup", "nodeType")
DEFINITIONS = {
    "aws:sagemaker/pipeline:Pipeline": "pipelineDefinition",
    "aws:s3/bucketObjectv2:BucketObjectv2": "content",
    "aws:sfn/stateMachine:StateMachine": "definition",
}
"""Types -> the input that says as JSON text what jobs are started with."""
IN_DEFINITION = {
    "ProcessingResources": "processing",
    "TransformResources": "transform",
    "ResourceConfig": "training",
}
PACKAGES = {"google": "gcp:", "azure": "azure-native:"}
IN_TEXT = re.compile(r"""machine_?[tT]ype["']?\s*:\s*["']?([a-z][a-z0-9]*-[a-z0-9-]+)""")
"""How the source of a workflow, or a manifest in a bucket, names one."""
TEXTS = ("sourceContents", "content")


class InstanceType(Rule):
    """The cloud has the machine that something is to run on: on AWS in the region of the stack, for that use."""

    id = "instance-type"
    title = "the cloud has the instance type, on AWS in the region of the stack"
    source = (
        "cfn-lint's extensions of the CloudFormation schemas and botocore: archgen/proof/tables/"
        "sagemaker_instance_types.json, cache_node_types.json; Google's and Microsoft's lists: machine_types.yaml"
    )
    example = "`ml.p5.48xlarge` in eu-west-1, `cache.r7g.3xlarge`, `n2-standard-6` or `Standard_D6s_v5` anywhere"
    family = "inputs"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per type and place; none for a region that the table does not have."""
        region = evidence.configuration.values.get("aws:region")
        for resource in evidence.up.resources:
            for use, type in _of_sagemaker(resource):
                offered = _offered(use, region)
                if offered is not None and type not in offered:
                    yield self.at(resource, f"{type} is not offered for {use} in {region}")
            for node in _of_cache(resource):
                offered = table("cache_node_types")["regions"].get(region)
                if offered is not None and node not in offered:
                    yield self.at(resource, f"{node} is not offered for caches in {region}")
            for cloud, package in PACKAGES.items():
                for type in _machines(resource, cloud) if resource.type.startswith(package) else ():
                    if type not in _known(cloud):
                        yield self.at(resource, f"{type} is no machine type in archgen/proof/tables/machine_types.yaml")


def _offered(use: str, region: Any) -> Collection[str] | None:
    """What SageMaker has for a use in a region, None where that is not known."""
    tables = table("sagemaker_instance_types")
    return tables["anywhere"].get(use) or tables["regions"][use].get(region)


def _of_sagemaker(resource: Resource) -> Iterator[tuple[str, str]]:
    used = [(use, value) for use, path in PLACES.get(resource.type, ()) for value in values(resource.inputs, path)]
    used += _in_definition(_read(resource.inputs.get(DEFINITIONS.get(resource.type, ""))))
    yield from ((use, type) for use, type in used if isinstance(type, str) and type.startswith("ml."))


def _of_cache(resource: Resource) -> Iterator[str]:
    node = resource.inputs.get(CACHE[1]) if resource.type == CACHE[0] else None
    if isinstance(node, str):
        yield node


def _in_definition(value: Any, use: str | None = None) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key == "InstanceType" and use is not None:
                yield use, each
            else:
                yield from _in_definition(each, IN_DEFINITION.get(key, use))
    elif isinstance(value, list):
        for each in value:
            yield from _in_definition(each, use)


def _machines(resource: Resource, cloud: str) -> Iterator[str]:
    keys = frozenset(table("machine_types")[cloud]["keys"])
    waiting: list[Any] = [resource.inputs]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            yield from (each for key, each in value.items() if key in keys and isinstance(each, str))
            yield from (type for key in TEXTS for type in IN_TEXT.findall(str(value.get(key, ""))))
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


@cache
def _known(cloud: str) -> frozenset[str]:
    types = table("machine_types")[cloud]["types"]
    return frozenset(form.format(number) for form, numbers in types.items() for number in numbers)


def _read(definition: Any) -> Any:
    try:
        return json.loads(definition) if isinstance(definition, str) else None
    except ValueError:
        return None
