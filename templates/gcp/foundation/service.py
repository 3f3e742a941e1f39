"""What the foundation needs to know: how long logs are kept, who is told of alerts, whether data resists deletion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from archgen.services.service import Fit, Neighbours, Service, Setting, StackSetting, Value, Violation
from archgen.topology import Component, Needs

LONGEST_RETENTION_DAYS = 3650
"""Source: `limits` in service.yaml."""


class FoundationService(Service):
    """Fits every program; what varies is how long logs are kept and where deletion is resisted."""

    def suits(self, needs: Needs) -> Fit:
        days = cast("int", needs["log_days"])
        if days > LONGEST_RETENTION_DAYS:
            return Fit(
                violated=(
                    Violation(
                        need="log_days",
                        found=f"{days} days",
                        limit=f"{LONGEST_RETENTION_DAYS} days",
                        reason="a log bucket keeps its entries for ten years at most",
                    ),
                )
            )
        return Fit(score=100, reasons=("one key per service, one account per workload, one log bucket",))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """All but the name, the region and the project, which are variables of the program: `cloud.yaml` names them."""
        return {
            "protected": StackSetting(
                key="deletionProtection",
                description="Whether what holds data resists deletion; off only where a stack may be destroyed",
                type="boolean",
                values={"dev": False, "staging": True, "prod": True},
            ),
            "log_retention_days": cast("int", component.needs["log_days"]),
            "alarm_emails": Setting(
                key="alarmEmails",
                description="Addresses of the on-call team",
                type="array",
                sample=("on-call@example.com",),
            ),
        }


SERVICE = FoundationService(
    id="foundation",
    role="foundation",
    class_name="Foundation",
    title="Cloud KMS, IAM, Cloud Logging and Cloud Storage",
    observed=False,
    exports=("artefacts_bucket",),
)
