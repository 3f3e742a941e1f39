"""Rule `endpoint-without-scaling`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archgen.engine import Resource, ResourceGraph
from archgen.proof.rule import Evidence, Finding, Rule

ENDPOINT = "aws:sagemaker/endpoint:Endpoint"
CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
TARGET = "aws:appautoscaling/target:Target"
POLICY = "aws:appautoscaling/policy:Policy"


class EndpointWithoutScaling(Rule):
    """What answers requests grows with them, and an update does not throw it back to fewer instances than it needs."""

    id = "endpoint-without-scaling"
    title = "each variant of an endpoint scales, and begins with no less than its least"
    source = (
        "https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html; every update of an endpoint sets"
        " the count back to the initial one: https://github.com/hashicorp/terraform-provider-aws/issues/48990"
    )
    example = "a `sagemaker.Endpoint` without an `appautoscaling.Target` for `endpoint/<name>/variant/<variant>`"
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per variant with instances that no target or no policy scales, or that begins below the least."""
        if not evidence.up.completed:
            return
        targets = {each.inputs.get("resourceId"): each for each in evidence.up.of_type(TARGET)}
        followed = {each.inputs.get("resourceId") for each in evidence.up.of_type(POLICY)}
        for endpoint in evidence.up.of_type(ENDPOINT):
            for variant in _variants(endpoint, evidence.up):
                name = f"endpoint/{endpoint.inputs.get('name')}/variant/{variant.get('variantName')}"
                target, count = targets.get(name), variant.get("initialInstanceCount")
                if target is None or name not in followed:
                    yield self.at(endpoint, f"nothing scales {name}: it needs a target and a policy of that name")
                elif isinstance(count, int) and count < target.inputs.get("minCapacity", 0):
                    least = target.inputs["minCapacity"]
                    yield self.at(target, f"an update begins with {count} instances where {least} are the least")


def _variants(endpoint: Resource, graph: ResourceGraph) -> Iterator[Mapping[str, Any]]:
    """The production variants that run on instances; one without servers scales by itself."""
    name = endpoint.inputs.get("endpointConfigName")
    for configuration in graph.of_type(CONFIGURATION):
        if name in configuration.identities:
            variants = configuration.inputs.get("productionVariants") or ()
            yield from (each for each in variants if not each.get("serverlessConfig"))
