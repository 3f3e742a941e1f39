"""Foundation: how long logs are kept, who is told of alarms, whether data resists deletion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from archgen.services.service import Fit, Neighbours, Service, Setting, StackSetting, Value, Violation
from archgen.topology import Component, Needs


@dataclass(frozen=True, kw_only=True)
class Foundation(Service):
    """Fits every program; what varies is how long logs are kept and where deletion is resisted.

    `strength` is what it consists of, `longest_days` how long the cloud keeps logs at most and `longest_reason` why.
    `confirmed` says how an address agrees to be told of alarms, where it has to.
    """

    strength: str
    longest_days: int
    longest_reason: str
    confirmed: str = ""

    def suits(self, needs: Needs) -> Fit:
        """Logs that are kept for longer than the cloud can rule it out."""
        days = cast("int", needs["log_days"])
        if days > self.longest_days:
            limit = f"{self.longest_days} days"
            reason = self.longest_reason
            return Fit(violated=(Violation(need="log_days", found=f"{days} days", limit=limit, reason=reason),))
        return Fit(score=100, reasons=(self.strength,))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """All but what the program knows of itself: `cloud.yaml` names those variables."""
        return {
            "protected": StackSetting(
                key="deletionProtection",
                description="Whether what holds data resists deletion; off only where a stack may be destroyed",
                type="boolean",
                values={"dev": False, "staging": True, "prod": True},
            ),
            "log_retention_days": self.retention_days(cast("int", component.needs["log_days"])),
            "alarm_emails": Setting(
                key="alarmEmails",
                description="Addresses of the on-call team" + (f"; {self.confirmed}" if self.confirmed else ""),
                type="array",
                sample=("on-call@example.com",),
            ),
        }

    def retention_days(self, wanted: int) -> int:
        """The retention that the cloud offers for the days that are wanted, never fewer."""
        return wanted
