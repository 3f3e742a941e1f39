"""The loss of a zone, rehearsed: what every size here promises to survive, tried on purpose and stopped in time.

Nothing starts by itself. A person starts the experiment, in a stack whose callers know of it, and before a launch: for
its time the subnets of one zone reach nothing and nobody reaches them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Network, Platform
from ..hardened.custodians import custodian_role

FIS = "fis.amazonaws.com"
RIGHTS = {"cuts": "arn:aws:iam::aws:policy/service-role/AWSFaultInjectionSimulatorNetworkAccess"}
"""What AWS lets an experiment do with networks: it puts an empty access list before a subnet, and takes it away."""
MINUTES = 10
ZONE = 0
"""Place of the zone that is lost in the network's lists; each list has the zones in the same order."""
MOST_STOPS = 5
"""Conditions that one experiment can have."""


def rehearse_zone_loss(
    name: str,
    network: Network,
    stops: Sequence[aws.cloudwatch.MetricAlarm],
    platform: Platform,
    parent: pulumi.Resource,
) -> aws.fis.ExperimentTemplate:
    """An experiment that cuts one zone off, and ends by itself when an alarm of `stops` tells that callers are hurt."""
    subnets = [
        pulumi.Output.format("arn:aws:ec2:{0}:{1}:subnet/{2}", platform.region, platform.account_id, subnet)
        for subnet in (network.app_subnet_ids[ZONE], network.data_subnet_ids[ZONE])
    ]
    role, attached = custodian_role(name, FIS, _limits(platform), RIGHTS, platform, parent)
    return aws.fis.ExperimentTemplate(
        name,
        description=f"Loss of one zone of {platform.name} for {MINUTES} minutes: decisions go on within their time",
        role_arn=role.arn,
        targets=[
            aws.fis.ExperimentTemplateTargetArgs(
                name="zone", resource_type="aws:ec2:subnet", selection_mode="ALL", resource_arns=subnets
            )
        ],
        actions=[
            aws.fis.ExperimentTemplateActionArgs(
                name="lose-zone",
                action_id="aws:network:disrupt-connectivity",
                target=aws.fis.ExperimentTemplateActionTargetArgs(key="Subnets", value="zone"),
                parameters=[
                    aws.fis.ExperimentTemplateActionParameterArgs(key="duration", value=f"PT{MINUTES}M"),
                    aws.fis.ExperimentTemplateActionParameterArgs(key="scope", value="all"),
                ],
            )
        ],
        stop_conditions=[
            aws.fis.ExperimentTemplateStopConditionArgs(source="aws:cloudwatch:alarm", value=alarm.arn)
            for alarm in stops[:MOST_STOPS]
        ],
        # A selection that finds nothing would prove nothing.
        experiment_options=aws.fis.ExperimentTemplateExperimentOptionsArgs(
            account_targeting="single-account", empty_target_resolution_mode="fail"
        ),
        tags={"Name": f"{platform.name}-{name}"},
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(attached)),
    )


def _limits(platform: Platform) -> Sequence[Mapping[str, Any]]:
    here = {"StringEquals": {"aws:RequestedRegion": platform.region}}
    return [
        {
            "Sid": "AccessListsOfThisRegion",
            "Effect": "Allow",
            "Action": [
                "ec2:CreateNetworkAcl",
                "ec2:CreateNetworkAclEntry",
                "ec2:CreateTags",
                "ec2:DeleteNetworkAcl",
                "ec2:Describe*",
                "ec2:GetManagedPrefixListEntries",
                "ec2:ReplaceNetworkAclAssociation",
            ],
            "Resource": "*",
            "Condition": here,
        }
    ]
