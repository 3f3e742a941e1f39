"""What the foundation needs to know: how long logs are kept, who is told of alarms, whether data resists deletion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services import Neighbours, Value
from archgen.services.roles.foundation import Foundation
from archgen.topology import Component

RETENTIONS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""The retentions in days that CloudWatch Logs knows. Source: `limits` in service.yaml."""


@dataclass(frozen=True, kw_only=True)
class FoundationService(Foundation):
    """Fits every program; what varies is how long logs are kept and where deletion is resisted."""

    def retention_days(self, wanted: int) -> int:
        return next(known for known in RETENTIONS if known >= wanted)

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        given = super().arguments(component, neighbours)
        masks = any(neighbours.topology.of_role("tokenisation-key"))
        return {**given, "masks_card_numbers": True} if masks else given


SERVICE = FoundationService(
    id="foundation",
    role="foundation",
    class_name="Foundation",
    title="AWS KMS, IAM, SNS and S3",
    observed=False,
    strength="one key per kind of data, one boundary for every role, one alarm topic",
    longest_days=RETENTIONS[-1],
    longest_reason="CloudWatch Logs keeps a log group for ten years at most, or for ever",
    confirmed="each confirms its subscription once",
    exports=("artefacts_bucket",),
)
