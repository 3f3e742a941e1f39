"""The audit trail, for the frameworks whose evidence it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from archgen.services import Fit, Neighbours, Ref, Service, Value, Violation
from archgen.services.account import account_baseline
from archgen.topology import Component, Needs

EVIDENCE = frozenset({"gdpr", "pci-dss"})
"""PCI DSS v4.0.1 10.2 (what is logged), 10.3 (logs cannot be altered), 10.5.1 (kept for a year); GDPR Art. 5(2)."""
SHORTEST_DAYS = {"pci-dss": 365}
"""How long logs have to be kept. Source: PCI DSS v4.0.1, 10.5.1."""

PACKS = {"pci-dss": "pci-dss"}
"""Conformance packs by framework; the one for machine learning is always there."""
PERSONAL = frozenset({"pan", "phi", "pii", "sad", "special-category", "token"})
"""Data classes whose lakes are looked through: what should not be there is found beside what should."""


class CloudtrailAuditService(Service):
    """Fits frameworks that ask who read and changed what."""

    def suits(self, needs: Needs) -> Fit:
        frameworks = cast("tuple[str, ...]", needs.get("frameworks", ()))
        days = float(str(needs["keep_days"]))
        violated = [
            Violation(
                need="frameworks",
                found=framework,
                limit=", ".join(sorted(EVIDENCE)),
                reason=f"nothing here keeps the evidence that {framework} asks for yet",
            )
            for framework in frameworks
            if framework not in EVIDENCE
        ]
        violated += [
            Violation(
                need="keep_days",
                found=f"{days:g} days",
                limit=f"at least {SHORTEST_DAYS[framework]} days",
                reason=f"{framework} keeps audit logs for at least twelve months: raise governance.retention.audit",
            )
            for framework in frameworks
            if days < SHORTEST_DAYS.get(framework, 0)
        ]
        return Fit(
            score=80,
            reasons=(
                "every call of an API and every access to an object of the lakes is on record",
                "files are signed, encrypted and locked: neither a role nor an administrator can rewrite them",
            ),
            violated=tuple(violated),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        frameworks = cast("tuple[str, ...]", component.needs.get("frameworks", ()))
        lakes = tuple(neighbours.topology.of_role("lake"))
        given: dict[str, Value] = {
            "keep_days": int(float(str(component.needs["keep_days"]))),
            "lakes": tuple(Ref(component=lake.id) for lake in lakes),
            "manage_account_baseline": account_baseline(),
            "packs": (*(PACKS[framework] for framework in sorted(frameworks) if framework in PACKS), "sagemaker"),
        }
        baseline = next(iter(neighbours.topology.of_role("account-baseline")), None)
        if baseline is None:
            return given
        given["baseline"] = Ref(component=baseline.id)
        if personal := tuple(Ref(component=lake.id) for lake in lakes if lake.needs.get("data_class") in PERSONAL):
            given["personal"] = personal
            given["sampled_percent"] = round(100 * neighbours.assumptions.value("personal_data_sample"))
        return given


SERVICE = CloudtrailAuditService(
    id="cloudtrail_audit",
    role="audit",
    class_name="CloudtrailAudit",
    title="AWS CloudTrail",
    exports=("bucket_name",),
)
