"""Alarms over everything that happens in the account, where nobody else keeps watch over it.

Only what no deployment does: changes of roles, security groups and routes happen with each of them, and Config and
Security Hub judge their result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform
from ..hardened.monitoring import alarm


@dataclass(frozen=True, kw_only=True)
class _Watched:
    """Entries of the trail that match `pattern`, and the number of them within five minutes that is still normal."""

    id: str
    title: str
    pattern: str
    advice: str
    tolerated: int = 0


def _calls(source: str, *names: str) -> str:
    return f'{{ ($.eventSource = "{source}") && ({" || ".join(f"($.eventName = {name})" for name in names)}) }}'


WATCHED = (
    _Watched(
        id="root-used",
        title="root user used",
        pattern='{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS '
        '&& $.eventType != "AwsServiceEvent" }',
        advice="The root user of the account was used. If nobody can say why, change its password, delete its access "
        "keys and look in the trail for what it did.",
    ),
    _Watched(
        id="signed-in-without-mfa",
        title="sign-in without a second factor",
        pattern='{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") '
        '&& ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
        advice="A user signed in to the console without a second factor: end the session, then require the factor or "
        "take the user away; people come through the identity provider.",
    ),
    _Watched(
        id="sign-ins-failed",
        title="failed sign-ins",
        pattern='{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
        advice="Several sign-ins to the console failed within five minutes: the trail says for whom and from where. "
        "Lock the user if it was not a person with a new password.",
        tolerated=3,
    ),
    _Watched(
        id="calls-denied",
        title="denied calls",
        pattern='{ (($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*")) '
        '&& ($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket") }',
        advice="Many calls were denied within five minutes: either a deployment took a right away that a workload "
        "needs, or somebody tries what a stolen role may do. Group the entries of the trail by role and address.",
        tolerated=25,
    ),
    _Watched(
        id="keys-endangered",
        title="a key disabled or its deletion scheduled",
        pattern=_calls("kms.amazonaws.com", "DisableKey", "ScheduleKeyDeletion"),
        advice="A key was disabled or will be deleted, and with it everything that lies under it. Take it back with "
        "`cancel-key-deletion` and `enable-key`, then ask who and why.",
    ),
    _Watched(
        id="recorder-changed",
        title="recorder of configurations changed",
        pattern=_calls(
            "config.amazonaws.com",
            "DeleteConfigurationRecorder",
            "DeleteDeliveryChannel",
            "PutConfigurationRecorder",
            "PutDeliveryChannel",
            "StopConfigurationRecorder",
        ),
        advice="The recorder of configurations was stopped or changed: what happens meanwhile is on no record. Start "
        "it again, then compare with the program.",
    ),
    _Watched(
        id="gateway-changed",
        title="a way to the internet or to another network changed",
        pattern=_calls(
            "ec2.amazonaws.com",
            "AttachInternetGateway",
            "CreateCustomerGateway",
            "CreateInternetGateway",
            "DeleteCustomerGateway",
            "DeleteInternetGateway",
            "DetachInternetGateway",
        ),
        advice="Somebody made or removed a gateway. No network of this platform has a way to the internet: detach the "
        "gateway, then ask what it was for.",
    ),
)
"""Source: CIS AWS Foundations Benchmark v3.0.0, 4.1 to 4.3, 4.6, 4.7, 4.9 and 4.12."""


def watch_account(
    name: str, logs: aws.cloudwatch.LogGroup, platform: Platform, parent: pulumi.Resource
) -> tuple[Sequence[aws.cloudwatch.MetricAlarm], Sequence[Metric]]:
    """A metric out of the trail's log group and an alarm over it, for each of `WATCHED`."""
    alarms: list[aws.cloudwatch.MetricAlarm] = []
    metrics: list[Metric] = []
    for watched in WATCHED:
        aws.cloudwatch.LogMetricFilter(
            f"{name}-{watched.id}",
            log_group_name=logs.name,
            pattern=watched.pattern,
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                namespace=f"{platform.name}/account", name=watched.id, value="1"
            ),
            opts=pulumi.ResourceOptions(parent=parent),
        )
        metric = Metric(
            title=f"{name}: {watched.title}",
            namespace=f"{platform.name}/account",
            name=watched.id,
            statistic="Sum",
            period_seconds=300,
        )
        alarms.append(
            alarm(f"{name}-{watched.id}", metric, watched.advice, watched.tolerated, platform, parent, periods=1)
        )
        metrics.append(metric)
    return alarms, metrics
