"""Workbench: SageMaker Studio."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Fit, Neighbours, Port, Service, Setting, Value
from archgen.services.account import account_baseline
from archgen.services.names import camel
from archgen.topology import Component, Needs

INSTANCE_TYPE = "ml.t3.large"
INSTANCE_TYPES = (INSTANCE_TYPE, "ml.m5.xlarge", "ml.m5.4xlarge")
"""Without local disks, whose content no key of a client would cover; the largest is what training runs on."""


class SagemakerWorkbench(Service):
    """It has no capacity: each person's machine runs while it is used."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "notebooks stand in the private network, and stop when nothing happens",
                "a notebook explores and notes; versions come from the pipeline alone",
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        assumptions = neighbours.assumptions
        return {
            "users": Setting(
                key=f"{camel(component.id)}Users",
                description="Names of Studio user profiles, one for each data scientist; whoever may open one is "
                "granted sagemaker:CreatePresignedDomainUrl on it by the owner of identities. An empty list: nobody",
                type="array",
                sample=("first-scientist", "second-scientist"),
            ),
            "instance_type": INSTANCE_TYPE,
            "instance_types": INSTANCE_TYPES,
            "idle_minutes": round(assumptions.value("notebook_idle_minutes")),
            "keep_days": round(assumptions.value("experiment_days")),
            "manage_account_baseline": account_baseline(),
        }


SERVICE = SagemakerWorkbench(
    id="sagemaker_workbench",
    role="workbench",
    class_name="SagemakerWorkbench",
    title="Amazon SageMaker Studio",
    ports=(Port(argument="data", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="reads"),),
    inside_network=True,
    calls=frozenset({"sagemaker.api", "sagemaker.studio", "sagemaker.experiments"}),
    # A notebook that fails is seen by whoever sits at it; what one costs, the budget watches.
    observed=False,
    exports=("domain_id", "tracking_arn"),
)
