"""Access lists of the tiers: the coarse second line behind the security groups, which says who may be near at all."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from ..hardened.connections import HTTPS


def near_only(
    name: str,
    vpc_id: pulumi.Input[str],
    subnet_ids: Sequence[pulumi.Input[str]],
    ranges: Sequence[str],
    parent: pulumi.Resource,
    *,
    beyond: bool = False,
) -> None:
    """A list that lets traffic from and to `ranges` alone.

    `beyond` also lets HTTPS out to any address and its answers in: a list cannot name a prefix list, and S3 answers
    its gateway endpoint from public addresses. No route leads anywhere else, since there is no internet gateway.
    """
    # A list knows no connections. Linux asks from 32768 upwards, Lambda functions from 1024 (Amazon VPC User Guide,
    # ephemeral ports), and a canary is one.
    replies = aws.ec2.NetworkAclIngressArgs(
        rule_no=1000, action="allow", protocol="tcp", from_port=1024, to_port=65535, cidr_block="0.0.0.0/0"
    )
    https = aws.ec2.NetworkAclEgressArgs(
        rule_no=1000, action="allow", protocol="tcp", from_port=HTTPS, to_port=HTTPS, cidr_block="0.0.0.0/0"
    )
    aws.ec2.NetworkAcl(
        name,
        vpc_id=vpc_id,
        subnet_ids=list(subnet_ids),
        ingress=[
            *(
                aws.ec2.NetworkAclIngressArgs(
                    rule_no=100 + number, action="allow", protocol="-1", from_port=0, to_port=0, cidr_block=block
                )
                for number, block in enumerate(ranges)
            ),
            *([replies] if beyond else []),
        ],
        egress=[
            *(
                aws.ec2.NetworkAclEgressArgs(
                    rule_no=100 + number, action="allow", protocol="-1", from_port=0, to_port=0, cidr_block=block
                )
                for number, block in enumerate(ranges)
            ),
            *([https] if beyond else []),
        ],
        opts=pulumi.ResourceOptions(parent=parent),
    )
