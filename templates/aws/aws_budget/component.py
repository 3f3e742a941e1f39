"""Budget: what a stack costs, and is going to cost this month, against what it may, and what of it is unusual.

AWS Budgets counts by the tags `project` and `environment` that the provider puts on everything; the payer's account has
to activate both as cost allocation tags once, and figures come with up to a day's delay.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Platform

FORECAST, ACTUAL = "FORECASTED", "ACTUAL"
NOTICES = ((ACTUAL, 50), (ACTUAL, 80), (ACTUAL, 100), (FORECAST, 100))
"""Kind and percent at which people are told. AWS Budgets takes five notices at most."""


@dataclass(frozen=True, kw_only=True)
class AwsBudgetArgs:
    platform: Platform
    monthly_limit: int
    currency: str
    """Of the limit. AWS Budgets compares without converting: it has to be the one in which AWS bills the account."""
    emails: Sequence[str]
    """Who is told. To the alarm topic AWS Budgets could not write: its key lets alarms in and nobody else."""
    unusual_share: float
    """Unusual cost that people are told of, as a share of the limit."""
    anomaly_monitor_arn: str | None = None
    """The account's monitor of services, of which AWS admits one and mostly has made it already. None where the account
    pays for itself: then a monitor of this project is made."""


class AwsBudget(pulumi.ComponentResource):
    def __init__(self, name: str, args: AwsBudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:AwsBudget", name, None, opts)
        if not args.emails:
            raise ValueError("alarmEmails is empty: a budget that nobody hears of guards nothing")
        budget = aws.budgets.Budget(
            name,
            name=args.platform.name,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(args.monthly_limit),
            limit_unit=args.currency,
            # Not cost_filters: two tags there would mean the one or the other, and count every stack of the project.
            filter_expression=aws.budgets.BudgetFilterExpressionArgs(
                ands=[
                    _tagged("project", pulumi.get_project()),
                    _tagged("environment", pulumi.get_stack()),
                ]
            ),
            notifications=[
                aws.budgets.BudgetNotificationArgs(
                    notification_type=kind,
                    comparison_operator="GREATER_THAN",
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                    subscriber_email_addresses=list(args.emails),
                )
                for kind, percent in NOTICES
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._watch_for_anomalies(name, args)
        self.register_outputs({"budget": budget.name})

    def _watch_for_anomalies(self, name: str, args: AwsBudgetArgs) -> None:
        """A budget sees the sum, and late; this sees a service that suddenly costs more, within a day or two."""
        child = pulumi.ResourceOptions(parent=self)
        monitor_arn: pulumi.Input[str]
        if args.anomaly_monitor_arn is not None:
            monitor_arn = args.anomaly_monitor_arn
        else:
            # One tag is all that a monitor takes: it sees the project whole, in all of the account's stacks.
            tags = {"Tags": {"Key": "project", "Values": [pulumi.get_project()], "MatchOptions": ["EQUALS"]}}
            monitor_arn = aws.costexplorer.AnomalyMonitor(
                name,
                name=args.platform.name,
                monitor_type="CUSTOM",
                monitor_specification=json.dumps(tags),
                opts=child,
            ).arn
        aws.costexplorer.AnomalySubscription(
            name,
            name=args.platform.name,
            # Mail goes out once a day; at once goes to topics alone.
            frequency="DAILY",
            monitor_arn_lists=[monitor_arn],
            subscribers=[
                aws.costexplorer.AnomalySubscriptionSubscriberArgs(type="EMAIL", address=address)
                for address in args.emails
            ],
            threshold_expression=aws.costexplorer.AnomalySubscriptionThresholdExpressionArgs(
                dimension=aws.costexplorer.AnomalySubscriptionThresholdExpressionDimensionArgs(
                    key="ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                    match_options=["GREATER_THAN_OR_EQUAL"],
                    values=[str(max(1, round(args.monthly_limit * args.unusual_share)))],
                )
            ),
            opts=child,
        )


def _tagged(key: str, value: str) -> aws.budgets.BudgetFilterExpressionAndArgs:
    return aws.budgets.BudgetFilterExpressionAndArgs(
        tags=aws.budgets.BudgetFilterExpressionAndTagsArgs(key=key, values=[value], match_options=["EQUALS"])
    )
