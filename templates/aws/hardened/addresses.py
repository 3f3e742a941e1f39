"""Security-group rules towards and from address ranges: only for ends outside the network, which have no group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pulumi
import pulumi_aws as aws


def reach_addresses(
    name: str,
    opener: pulumi.Resource,
    group_id: pulumi.Input[str],
    cidrs: Sequence[str],
    port: int,
    *,
    description: str,
) -> Sequence[pulumi.Resource]:
    """Let a group open TCP connections to each range. `description` tells who reaches whom; each rule shows it.

    Raises `ValueError` for no range or an unusable one.
    """
    return [
        aws.vpc.SecurityGroupEgressRule(
            rule,
            description=description,
            security_group_id=group_id,
            cidr_ipv4=cidr,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=pulumi.ResourceOptions(parent=opener),
        )
        for rule, cidr in _rules(name, cidrs)
    ]


def admit_addresses(
    name: str,
    opener: pulumi.Resource,
    group_id: pulumi.Input[str],
    cidrs: Sequence[str],
    port: int,
    *,
    description: str,
) -> Sequence[pulumi.Resource]:
    """Let each range open TCP connections to a group. `description` tells who reaches whom; each rule shows it.

    Raises `ValueError` for no range or an unusable one.
    """
    return [
        aws.vpc.SecurityGroupIngressRule(
            rule,
            description=description,
            security_group_id=group_id,
            cidr_ipv4=cidr,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=pulumi.ResourceOptions(parent=opener),
        )
        for rule, cidr in _rules(name, cidrs)
    ]


def _rules(name: str, cidrs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """One rule per range, since a rule takes one. The first bears the plain name, each further one its range.

    New ranges belong at the end: another first range would make two rules change places, and EC2 refuses the moment in
    which both say the same.
    """
    if not cidrs:
        raise ValueError(f"{name}: no address range given; expected at least one, such as 10.20.0.0/24")
    if len(set(cidrs)) != len(cidrs):
        raise ValueError(f"{name}: {', '.join(cidrs)} names a range twice")
    for index, cidr in enumerate(cidrs):
        if cidr.endswith("/0"):
            raise ValueError(f"{name}: {cidr} is every address; expected the ranges of the other end")
        yield (name if index == 0 else f"{name}-{cidr.replace('/', '-')}"), cidr
