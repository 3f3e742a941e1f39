"""Existing network: the VPC that the landing zone owns, by the ids in the stack's settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from ..contracts import Platform

ZONES = 3


@dataclass(frozen=True, kw_only=True)
class ExistingNetworkArgs:
    platform: Platform
    vpc_id: str
    app_subnet_ids: Sequence[str]
    """A subnet in each of three zones, for what computes."""
    data_subnet_ids: Sequence[str]
    """A subnet in each of three zones, for what stores."""
    endpoints_security_group_id: str
    s3_prefix_list_id: str


class ExistingNetwork(pulumi.ComponentResource):
    """Nothing is made here: workloads add rules to the endpoints' group, and everything else stays as it is."""

    vpc_id: pulumi.Output[str]
    app_subnet_ids: Sequence[pulumi.Output[str]]
    data_subnet_ids: Sequence[pulumi.Output[str]]
    endpoints_security_group_id: pulumi.Output[str]
    s3_prefix_list_id: pulumi.Output[str]

    def __init__(self, name: str, args: ExistingNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:ExistingNetwork", name, None, opts)
        for purpose, subnets in (("app", args.app_subnet_ids), ("data", args.data_subnet_ids)):
            if len(set(subnets)) < ZONES:
                raise ValueError(
                    f"{purpose}SubnetIds names {len(set(subnets))} subnets: expected one in each of {ZONES} zones"
                )
        # Ids from settings, not look-ups: a preview needs no credentials and reads the same everywhere.
        self.vpc_id = pulumi.Output.from_input(args.vpc_id)
        self.app_subnet_ids = [pulumi.Output.from_input(subnet) for subnet in args.app_subnet_ids]
        self.data_subnet_ids = [pulumi.Output.from_input(subnet) for subnet in args.data_subnet_ids]
        self.endpoints_security_group_id = pulumi.Output.from_input(args.endpoints_security_group_id)
        self.s3_prefix_list_id = pulumi.Output.from_input(args.s3_prefix_list_id)
        self.register_outputs({"vpc_id": self.vpc_id})
