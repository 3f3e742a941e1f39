"""What the foundation needs to know: how long logs are kept, who is told of alerts, whether data resists deletion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from archgen.services.service import Fit, Neighbours, Service, Setting, StackSetting, Value, Violation
from archgen.topology import Component, Needs

MIN_RETENTION_DAYS, MAX_RETENTION_DAYS = 30, 730


class FoundationService(Service):
    """Fits every program; what varies is how long logs are kept and where deletion is resisted."""

    def suits(self, needs: Needs) -> Fit:
        days = cast("int", needs["log_days"])
        if days > MAX_RETENTION_DAYS:
            return Fit(
                violated=(
                    Violation(
                        need="log_days",
                        found=f"{days} days",
                        limit=f"{MAX_RETENTION_DAYS} days",
                        reason="a Log Analytics workspace keeps logs for two years at most; longer is an archive",
                    ),
                )
            )
        return Fit(score=100, reasons=("one vault, one registry, one log workspace, one group that alerts go to",))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """All but what the program knows of itself: `cloud.yaml` names those variables."""
        return {
            "suffix": Setting(
                key="nameSuffix",
                description="Three to six lower-case letters and digits of yours: they end the names that Azure wants"
                " unique in the world. It stays for the life of a stack",
                sample="a1b2",
            ),
            "protected": StackSetting(
                key="deletionProtection",
                description="Whether what holds data resists deletion; off only where a stack may be destroyed",
                type="boolean",
                values={"dev": False, "staging": True, "prod": True},
            ),
            "log_retention_days": max(MIN_RETENTION_DAYS, cast("int", component.needs["log_days"])),
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
    title="Azure Key Vault, Container Registry and Monitor",
    observed=False,
)
