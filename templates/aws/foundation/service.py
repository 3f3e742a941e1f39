"""What the foundation needs to know: how long logs are kept, who is told of alarms, whether data resists deletion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from archgen.services.service import Fit, Neighbours, Service, Setting, StackSetting, Value, Violation
from archgen.topology import Component, Needs

RETENTIONS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""The retentions in days that CloudWatch Logs knows. Source: `limits` in service.yaml."""


class FoundationService(Service):
    """Fits every program; what varies is how long logs are kept and where deletion is resisted."""

    def suits(self, needs: Needs) -> Fit:
        days = cast("int", needs["log_days"])
        if days > RETENTIONS[-1]:
            return Fit(
                violated=(
                    Violation(
                        need="log_days",
                        found=f"{days} days",
                        limit=f"{RETENTIONS[-1]} days",
                        reason="CloudWatch Logs keeps a log group for ten years at most, or for ever",
                    ),
                )
            )
        return Fit(score=100, reasons=("one key per kind of data, one boundary for every role, one alarm topic",))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """All but `name`, `region` and `account_id`, which are variables of the program: `cloud.yaml` names them."""
        days = cast("int", component.needs["log_days"])
        masks = any(neighbours.topology.of_role("tokenisation-key"))
        given: dict[str, Value] = {
            "protected": StackSetting(
                key="deletionProtection",
                description="Whether what holds data resists deletion; off only where a stack may be destroyed",
                type="boolean",
                values={"dev": False, "staging": True, "prod": True},
            ),
            "log_retention_days": next(known for known in RETENTIONS if known >= days),
            "alarm_emails": Setting(
                key="alarmEmails",
                description="Addresses of the on-call team; each confirms its subscription once",
                type="array",
                sample=("on-call@example.com",),
            ),
        }
        return given | ({"masks_card_numbers": True} if masks else {})


SERVICE = FoundationService(
    id="foundation",
    role="foundation",
    class_name="Foundation",
    title="AWS KMS, IAM, SNS and S3",
    observed=False,
    exports=("artefacts_bucket",),
)
