"""Promotion: EventBridge and Step Functions, towards the client's deployment workflow."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Fit, Neighbours, Port, Service, Setting, Value
from archgen.services.names import camel
from archgen.topology import Component, Needs


class SagemakerPromotion(Service):
    """A handful of events a year: nothing to size."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "an approval starts the deployment workflow, so that code and endpoint never say different things",
                "asked again while it fails, and kept for a person where it cannot be made",
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        key = camel(component.id)
        return {
            "workflow_url": Setting(
                key=f"{key}WorkflowUrl",
                description="Address (https) that starts the deployment workflow of this repository, such as "
                "https://api.github.com/repos/<owner>/<repository>/dispatches; the body is that of "
                "repository_dispatch, of type model-approved",
                sample="https://api.github.com/repos/example/payments-fraud/dispatches",
            ),
            "workflow_token": Setting(
                key=f"{key}WorkflowToken",
                description="Token that may start this one workflow and nothing else",
                secret=True,
            ),
        }


SERVICE = SagemakerPromotion(
    id="sagemaker_promotion",
    role="promotion",
    class_name="SagemakerPromotion",
    title="Amazon EventBridge and AWS Step Functions",
    ports=(
        Port(
            argument="registry",
            kind="approval",
            role="model-registry",
            speaks=frozenset({"sagemaker-registry"}),
            verb="follows",
        ),
    ),
)
