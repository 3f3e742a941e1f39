"""The watch over the money: AWS Budgets."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Fit, Neighbours, Service, Setting, StackSetting, Value
from archgen.services.names import size_key
from archgen.topology import Component, Needs


class AwsBudget(Service):
    """Fits every budget; the spec states that of production."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80, reasons=("tells people at half, four fifths and all of the budget, and of a forecast beyond",)
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        monthly = float(str(component.needs["monthly_budget"]))
        assumptions = neighbours.assumptions
        given: dict[str, Value] = {
            "unusual_share": assumptions.value("cost_anomaly_share"),
            "monthly_limit": StackSetting(
                key=size_key(component.id, "monthly_limit"),
                description=f"{component.needs['currency']} that the stack may cost in a month",
                type="integer",
                values={
                    "dev": round(monthly * assumptions.value("dev_budget_share")),
                    "staging": round(monthly * assumptions.value("staging_scale")),
                    "prod": round(monthly),
                },
            ),
            "currency": str(component.needs["currency"]),
            # The same addresses that alarms go to.
            "emails": Setting(
                key="alarmEmails",
                description="Addresses of the on-call team; each confirms its subscription once",
                type="array",
                sample=("on-call@example.com",),
            ),
        }
        if not any(neighbours.topology.of_role("account-baseline")):
            # An account of a landing zone is paid by another one, and may monitor nothing but its services.
            given["anomaly_monitor_arn"] = Setting(
                key="anomalyMonitorArn",
                description="ARN of the account's cost anomaly monitor of services, which AWS makes with the first use "
                "of Cost Explorer: `aws ce get-anomaly-monitors`",
                sample="arn:aws:ce::123456789012:anomalymonitor/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            )
        return given


SERVICE = AwsBudget(
    id="aws_budget",
    role="cost-guard",
    class_name="AwsBudget",
    title="AWS Budgets",
    # It writes to people itself, once a day at most, and has no metric.
    observed=False,
)
