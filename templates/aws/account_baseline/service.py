"""The account baseline: what an account has once, where no landing zone brings it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from archgen.services import Fit, Neighbours, Service, Setting, Value
from archgen.services.account import account_baseline
from archgen.topology import Component, Needs

FOUNDATIONAL = "aws-foundational-security-best-practices/v/1.0.0"
STANDARDS = {"pci-dss": "pci-dss/v/4.0.1"}
"""Standards of Security Hub by framework; others have none. Source: pulumi-aws 7.51, StandardsSubscription."""


class AccountBaselineService(Service):
    """Fits every account that nobody else looks after."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "configurations are recorded, threats and openings found, and urgent findings reach a person",
                "what nobody thought of is encrypted and closed by default",
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        frameworks = cast("tuple[str, ...]", component.needs["frameworks"])
        asked = (STANDARDS[framework] for framework in sorted(frameworks) if framework in STANDARDS)
        return {
            "manage_account_baseline": account_baseline(),
            "standards": (FOUNDATIONAL, *asked),
            "keep_days": int(float(str(component.needs["keep_days"]))),
            "repository": Setting(
                key="githubRepository",
                description="Repository on GitHub, as owner/name, whose workflows may preview and deploy this program",
                sample="example/platform",
            ),
        }


SERVICE = AccountBaselineService(
    id="account_baseline",
    role="account-baseline",
    class_name="AccountBaseline",
    title="AWS Config, GuardDuty, Security Hub, Macie and Inspector",
    exports=("deploy_role_arn", "preview_role_arn"),
)
