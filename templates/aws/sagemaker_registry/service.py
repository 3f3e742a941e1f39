"""Model registry: SageMaker AI."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Fit, Neighbours, Service, Value
from archgen.topology import Component, Needs

PURPOSE = ("automation", "effect", "risk", "subjects", "task")


class SagemakerRegistry(Service):
    """Keeps versions; it has no capacity to size."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "a version is registered as pending and served only after a person has approved it",
                "approval is an event: the release begins by itself, and the endpoint stays the program's own",
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        purpose: dict[str, Value] = {need: str(component.needs[need]) for need in PURPOSE}
        # Groups of people, of whom a forecast of quantities knows none.
        return {**purpose, "bias_compared": component.needs["task"] != "forecasting"}


SERVICE = SagemakerRegistry(
    id="sagemaker_registry",
    role="model-registry",
    class_name="SagemakerRegistry",
    title="Amazon SageMaker AI model registry",
    speaks=frozenset({"sagemaker-registry"}),
    # What lies inside the network gets artefacts of it; the registry's API is called by SageMaker from its own side.
    reached_through="s3",
    # Nothing runs here: whoever registers or promotes alarms on what fails.
    observed=False,
    exports=("image_repository_url",),
)
