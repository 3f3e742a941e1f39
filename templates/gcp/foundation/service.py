"""What the foundation needs to know: how long logs are kept, who is told of alerts, whether data resists deletion."""

from __future__ import annotations

from archgen.services.roles.foundation import Foundation

LONGEST_RETENTION_DAYS = 3650
"""Source: `limits` in service.yaml."""

SERVICE = Foundation(
    id="foundation",
    role="foundation",
    class_name="Foundation",
    title="Cloud KMS, IAM, Cloud Logging and Cloud Storage",
    observed=False,
    strength="one key per service, one account per workload, one log bucket",
    longest_days=LONGEST_RETENTION_DAYS,
    longest_reason="a log bucket keeps its entries for ten years at most",
    exports=("artefacts_bucket",),
)
