"""Copies in a locked vault: AWS Backup."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Fit, Neighbours, Ref, Service, Value
from archgen.topology import Component, Needs

DAY_S = 86_400
FIRST_HOUR = 3
"""Where nothing runs at night: the hour at which the fewest callers are about. Own choice."""
LANDED = "curation"
"""The role whose results no source could send again."""


class AwsBackupService(Service):
    """Fits every program that learns; S3 keeps all of its history."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "copies lie in a vault under a key of its own, locked against everybody",
                "one of them is restored each month, to know that it can be",
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        needs, assumptions = component.needs, neighbours.assumptions
        hour = (int(str(needs["done_by"]).partition(":")[0]) + 1) % 24 if "done_by" in needs else FIRST_HOUR
        rpo_s = float(str(needs["rpo_s"])) if "rpo_s" in needs else DAY_S
        return {
            "stores": tuple(Ref(component=id) for id in _histories(neighbours)),
            "daily": f"cron(0 {hour} * * ? *)",
            "monthly": f"cron(0 {hour} 1 * ? *)",
            # The daily copy of the day before is done by then, whatever its size.
            "restored": f"cron(0 {hour} ? * SUN#1 *)",
            "time_zone": str(needs.get("time_zone", "UTC")),
            "daily_days": round(assumptions.value("backup_daily_days")),
            "monthly_days": round(assumptions.value("backup_monthly_days")),
            "continuous": rpo_s < DAY_S,
        }


def _histories(neighbours: Neighbours) -> tuple[str, ...]:
    """The lakes that curation writes to: features as they were, with labels."""
    topology = neighbours.topology
    curations = {component.id for component in topology.of_role(LANDED)}
    lakes = {component.id for component in topology.of_role("lake")}
    return tuple(sorted({flow.target for flow in topology.flows if flow.source in curations and flow.target in lakes}))


SERVICE = AwsBackupService(
    id="aws_backup",
    role="backup",
    class_name="AwsBackup",
    title="AWS Backup",
    exports=("vault_name",),
)
