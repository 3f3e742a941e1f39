"""What the foundation needs to know: how long logs are kept, who is told of alerts, whether data resists deletion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services import Neighbours, Setting, Value
from archgen.services.roles.foundation import Foundation
from archgen.topology import Component

MIN_RETENTION_DAYS, MAX_RETENTION_DAYS = 30, 730


@dataclass(frozen=True, kw_only=True)
class FoundationService(Foundation):
    """Fits every program; what varies is how long logs are kept and where deletion is resisted."""

    def retention_days(self, wanted: int) -> int:
        return max(MIN_RETENTION_DAYS, wanted)

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {
            "suffix": Setting(
                key="nameSuffix",
                description="Three to six lower-case letters and digits of yours: they end the names that Azure wants"
                " unique in the world. It stays for the life of a stack",
                sample="a1b2",
            ),
            **super().arguments(component, neighbours),
        }


SERVICE = FoundationService(
    id="foundation",
    role="foundation",
    class_name="Foundation",
    title="Azure Key Vault, Container Registry and Monitor",
    observed=False,
    strength="one vault, one registry, one log workspace, one group that alerts go to",
    longest_days=MAX_RETENTION_DAYS,
    longest_reason="a Log Analytics workspace keeps logs for two years at most; longer is an archive",
)
