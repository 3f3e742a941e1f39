"""Copies in a second region, within the residency: S3 replication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from archgen.errors import NotFeasible, Problem
from archgen.services import Fit, Neighbours, Ref, Service, StackSetting, Value
from archgen.services.catalogue import clouds
from archgen.topology import Component, Needs

REPLICABLE = ("lake", "audit")
"""Roles whose buckets outlive the region; artefacts are the platform's own."""


class SecondRegionService(Service):
    """Fits every program that states what a disaster may cost; how much of it this covers, the decision says."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "objects lie in a second region within minutes, under a key of that region, locked as the original is",
                "nothing there runs, and nothing is paid for but copies",
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        topology, own = neighbours.topology, neighbours.region.name
        residency = cast("tuple[str, ...]", component.needs.get("residency", ()))
        cloud = clouds()["aws"]
        second = cloud.second_region(own, residency)
        if second is None:
            raise NotFeasible(
                Problem(
                    id="no-second-region",
                    path="workload.recovery",
                    message=f"copies need a second region, and beside {own} there is none within "
                    f"{', '.join(residency) or 'its country'}",
                    hint="leave workload.recovery out, and what is stored survives the loss of a zone only; or widen "
                    "governance.residency",
                )
            )
        foundation = next(topology.of_role("foundation"))
        stores = [one.id for role in REPLICABLE for one in topology.of_role(role)]
        return {
            "region": StackSetting(
                key="secondRegion",
                description="Region that what is stored is copied to; one that data may be kept in, and not the own",
                type="string",
                values=dict.fromkeys(("dev", "staging", "prod"), second),
            ),
            "allowed": tuple(name for name in cloud.regions_within(residency) if name != own) if residency else (),
            "stores": tuple(Ref(component=id) for id in stores),
            "alarm_emails": neighbours.services[foundation.id].arguments(foundation, neighbours)["alarm_emails"],
        }


SERVICE = SecondRegionService(
    id="second_region",
    role="second-region",
    class_name="SecondRegion",
    title="Copies by S3 Replication",
    exports=("buckets",),
)
