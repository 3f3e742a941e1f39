"""Operations: a dashboard for who is on call, one for who owns the decisions, and an alarm over all alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Limited, Platform
from .dashboards import ObservedPart, business_page, on_call_page
from .questions import BUSINESS, ON_CALL
from .quota_requests import request_quotas

MAX_CHILD_ALARMS = 75
"""A composite alarm watches 100 at most, in a rule of 10,240 characters: at 136 an alarm that is 75."""


@dataclass(frozen=True, kw_only=True)
class OperationsArgs:
    platform: Platform
    observed: Sequence[ObservedPart]
    """All parts with something to watch, in the order of the dashboard's rows."""
    limited: Sequence[Limited] = ()
    """All parts whose sizes press on quotas."""
    manage_account_baseline: bool = False
    """Whether this stack is the one of its account that asks for quotas."""


class Operations(pulumi.ComponentResource):
    def __init__(self, name: str, args: OperationsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:Operations", name, None, opts)
        self._name = name
        self._platform = args.platform
        region = args.platform.region
        dashboard = self._dashboard(name, args.platform.name, on_call_page(args.observed, ON_CALL, region))
        if business := business_page(args.observed, BUSINESS, region):
            self._dashboard(f"{name}-business", f"{args.platform.name}-business", business)
        self._make_attention_alarms([alarm for part in args.observed for alarm in part.alarms], dashboard)
        if args.manage_account_baseline:
            request_quotas(name, args.limited, self)
        self.register_outputs({"dashboard": dashboard.dashboard_name})

    def _dashboard(
        self, name: str, dashboard_name: str, widgets: Sequence[Mapping[str, Any]]
    ) -> aws.cloudwatch.Dashboard:
        return aws.cloudwatch.Dashboard(
            name,
            dashboard_name=dashboard_name,
            dashboard_body=pulumi.Output.json_dumps({"widgets": list(widgets)}),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _make_attention_alarms(
        self, alarms: Sequence[aws.cloudwatch.MetricAlarm], dashboard: aws.cloudwatch.Dashboard
    ) -> None:
        groups = [alarms[start : start + MAX_CHILD_ALARMS] for start in range(0, len(alarms), MAX_CHILD_ALARMS)]
        for number, group in enumerate(groups, start=1):
            suffix = "" if len(groups) == 1 else f"-{number}"
            aws.cloudwatch.CompositeAlarm(
                f"{self._name}-attention{suffix}",
                alarm_name=f"{self._platform.name}-attention{suffix}",
                alarm_description=pulumi.Output.concat(
                    "Something needs a person. Open the dashboard ",
                    dashboard.dashboard_name,
                    " and read it from the top: it asks first who is hurt, then where it comes from.",
                ),
                alarm_rule=_any_of(group),
                # The parts' own alarms say what is wrong; this one says that an incident begins and that it is over.
                alarm_actions=[self._platform.alarm_topic_arn],
                ok_actions=[self._platform.alarm_topic_arn],
                opts=pulumi.ResourceOptions(parent=self),
            )


def _any_of(alarms: Sequence[aws.cloudwatch.MetricAlarm]) -> pulumi.Output[str]:
    # By ARN, not by name: a quote in a name would end the rule's string.
    return pulumi.Output.all(*(alarm.arn for alarm in alarms)).apply(
        lambda arns: " OR ".join(f'ALARM("{arn}")' for arn in arns)
    )
