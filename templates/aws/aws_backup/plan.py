"""When copies are made and how long they are kept, and the regular proof that one of them can be restored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Platform

START_MINUTES = 60
COMPLETE_MINUTES = 12 * 60
LONGEST_CONTINUOUS_DAYS = 35
"""How far back a point in time can be chosen from a continuous copy."""


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Times as `cron(...)` in `time_zone`, and days for which copies are kept."""

    daily: str
    monthly: str
    restored: str
    time_zone: str
    daily_days: int
    monthly_days: int
    continuous: bool


@dataclass(frozen=True, kw_only=True)
class Custody:
    """What is copied, where to and by whom. Before `attached` gives the role its rights, its first copy fails."""

    buckets: Sequence[pulumi.Input[str]]
    vault: aws.backup.Vault
    role: aws.iam.Role
    attached: Sequence[pulumi.Resource]


def copy_regularly(
    name: str, calendar: Calendar, custody: Custody, platform: Platform, parent: pulumi.Resource
) -> None:
    """The plan and what it selects: by ARN, which holds whatever the account opted in to."""
    rules = [
        _rule("daily", calendar.daily, calendar.daily_days, calendar, custody.vault),
        _rule("monthly", calendar.monthly, calendar.monthly_days, calendar, custody.vault),
    ]
    if calendar.continuous:
        days = min(calendar.daily_days, LONGEST_CONTINUOUS_DAYS)
        rules.append(_rule("continuous", calendar.daily, days, calendar, custody.vault, continuous=True))
    plan = aws.backup.Plan(
        name, name=f"{platform.name}-{name}", rules=rules, opts=pulumi.ResourceOptions(parent=parent)
    )
    aws.backup.Selection(
        name,
        name=f"{platform.name}-{name}",
        plan_id=plan.id,
        iam_role_arn=custody.role.arn,
        resources=list(custody.buckets),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(custody.attached)),
    )


def _rule(
    name: str, schedule: str, days: int, calendar: Calendar, vault: aws.backup.Vault, *, continuous: bool = False
) -> aws.backup.PlanRuleArgs:
    return aws.backup.PlanRuleArgs(
        rule_name=name,
        target_vault_name=vault.name,
        schedule=schedule,
        schedule_expression_timezone=calendar.time_zone,
        start_window=START_MINUTES,
        completion_window=COMPLETE_MINUTES,
        enable_continuous_backup=continuous,
        lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=days),
    )


def try_restoring(name: str, calendar: Calendar, custody: Custody, platform: Platform, parent: pulumi.Resource) -> None:
    """The newest copy goes into a bucket that AWS Backup makes and deletes: a copy that nobody restored is a hope."""
    # Its name admits letters, digits and underscores alone.
    plan_name = f"{platform.name}_{name}".replace("-", "_")
    plan = aws.backup.RestoreTestingPlan(
        name,
        name=plan_name,
        schedule_expression=calendar.restored,
        schedule_expression_timezone=calendar.time_zone,
        recovery_point_selection=aws.backup.RestoreTestingPlanRecoveryPointSelectionArgs(
            algorithm="LATEST_WITHIN_WINDOW",
            include_vaults=[custody.vault.arn],
            recovery_point_types=["SNAPSHOT"],
            selection_window_days=calendar.daily_days,
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    aws.backup.RestoreTestingSelection(
        name,
        name=plan_name,
        restore_testing_plan_name=plan.name,
        iam_role_arn=custody.role.arn,
        protected_resource_type="S3",
        protected_resource_arns=list(custody.buckets),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(custody.attached)),
    )
