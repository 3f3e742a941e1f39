"""Rule `autoscaling-range`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archgen.proof.paths_in_inputs import values
from archgen.proof.rule import Evidence, Finding, Rule

RANGES: Mapping[str, tuple[tuple[str, str, str | None], ...]] = {
    "aws:appautoscaling/target:Target": (("minCapacity", "maxCapacity", None),),
    "aws:dms/replicationConfig:ReplicationConfig": (
        ("computeConfig.minCapacityUnits", "computeConfig.maxCapacityUnits", None),
    ),
    "gcp:cloudrunv2/service:Service": (
        ("template.scaling.minInstanceCount", "template.scaling.maxInstanceCount", None),
        ("scaling.minInstanceCount", "scaling.maxInstanceCount", None),
    ),
    "azure-native:containerservice:AgentPool": (("minCount", "maxCount", "count"),),
    "azure-native:containerservice:ManagedCluster": (
        ("agentPoolProfiles[].minCount", "agentPoolProfiles[].maxCount", "agentPoolProfiles[].count"),
    ),
    "azure-native:app:ContainerApp": (("template.scale.minReplicas", "template.scale.maxReplicas", None),),
}
"""Type -> (path of the smallest number, of the largest, of the one to start with)."""


class AutoscalingRange(Rule):
    """What scales has somewhere to scale to: the largest number is no smaller than the smallest."""

    id = "autoscaling-range"
    title = "the most that something may scale to is no less than the least"
    source = "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"
    example = "an `appautoscaling.Target` with `min_capacity=18, max_capacity=9`"
    family = "inputs"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per range that is empty, or that the number to start with lies outside of."""
        for type, ranges in RANGES.items():
            for resource in evidence.up.of_type(type):
                for paths in ranges:
                    numbers = [list(values(resource.inputs, path)) for path in paths if path]
                    for each in zip(*numbers, strict=True):
                        if all(isinstance(number, int) for number in each) and not _holds(*each):
                            names = ", ".join(path for path in paths if path)
                            yield self.at(resource, f"{names} are {', '.join(map(str, each))}: the range is empty")


def _holds(least: int, most: int, first: int | None = None) -> bool:
    return least <= most if first is None else least <= first <= most
