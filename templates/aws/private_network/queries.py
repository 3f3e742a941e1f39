"""Queries of the VPC's resolver in a log: names are the one thing that can still leave a network without a way out."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from ..contracts import Platform
from ..hardened.monitoring import log_group


def log_queries(name: str, vpc_id: pulumi.Input[str], platform: Platform, parent: pulumi.Resource) -> None:
    """Every name that is asked for in the VPC, with who asked and what came back."""
    options = pulumi.ResourceOptions(parent=parent)
    group = log_group(
        name,
        # Below /aws/vendedlogs/ one resource policy covers all groups; each other name adds to one of limited length.
        f"/aws/vendedlogs/route53resolver/{platform.name}/{name}",
        platform,
        parent,
        carries_text=False,
    )
    config = aws.route53.ResolverQueryLogConfig(name, destination_arn=group.arn, opts=options)
    aws.route53.ResolverQueryLogConfigAssociation(
        name, resolver_query_log_config_id=config.id, resource_id=vpc_id, opts=options
    )
