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
        return {
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


SERVICE = AwsBudget(
    id="aws_budget",
    role="cost-guard",
    class_name="AwsBudget",
    title="AWS Budgets",
    # It writes to people itself, once a day at most, and has no metric.
    observed=False,
)
