"""Security groups and the rules between them: nothing is open to an address range where a group can be named."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from ..contracts import Network, Workload

HTTPS = 443


def security_group(name: str, network: Network, description: str, parent: pulumi.Resource) -> aws.ec2.SecurityGroup:
    """A group without any rule: each rule is a resource of its own, made by whoever opens the connection."""
    return aws.ec2.SecurityGroup(
        name,
        vpc_id=network.vpc_id,
        description=description,
        revoke_rules_on_delete=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def connect(
    name: str,
    opener: pulumi.Resource,
    source_group_id: pulumi.Input[str],
    target_group_id: pulumi.Input[str],
    port: int,
    last_port: int | None = None,
    *,
    description: str,
) -> Sequence[pulumi.Resource]:
    """Both halves of a TCP connection between two groups, under the component that opens it; `last_port` ends a range
    that begins with `port`. `description` tells who reaches whom; each half shows it."""
    options = pulumi.ResourceOptions(parent=opener)
    return [
        aws.vpc.SecurityGroupEgressRule(
            name,
            description=description,
            security_group_id=source_group_id,
            referenced_security_group_id=target_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=last_port or port,
            opts=options,
        ),
        aws.vpc.SecurityGroupIngressRule(
            name,
            description=description,
            security_group_id=target_group_id,
            referenced_security_group_id=source_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=last_port or port,
            opts=options,
        ),
    ]


def reach_aws(workload: Workload, network: Network) -> Sequence[pulumi.Resource]:
    """Let a workload call AWS APIs through the network's interface endpoints, and S3 through its gateway endpoint."""
    if workload.security_group_id is None:
        raise ValueError(f"{workload.name} runs outside the network: it has no security group to open")
    return [
        *connect(
            f"{workload.name}-endpoints",
            workload.component,
            workload.security_group_id,
            network.endpoints_security_group_id,
            HTTPS,
            description=f"{workload.name} to the interface endpoints of AWS APIs",
        ),
        reach_s3(workload.name, workload.security_group_id, network, workload.component),
    ]


def reach_s3(
    name: str, group_id: pulumi.Input[str], network: Network, opener: pulumi.Resource
) -> aws.vpc.SecurityGroupEgressRule:
    """Let the group of `name` reach S3 through the network's gateway endpoint, and nothing else by it."""
    return aws.vpc.SecurityGroupEgressRule(
        f"{name}-s3",
        description=f"{name} to S3 through the gateway endpoint",
        security_group_id=group_id,
        prefix_list_id=network.s3_prefix_list_id,
        ip_protocol="tcp",
        from_port=HTTPS,
        to_port=HTTPS,
        opts=pulumi.ResourceOptions(parent=opener),
    )
