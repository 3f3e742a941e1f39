"""The network: private subnets and the endpoint of the stream."""

from __future__ import annotations

import ipaddress

import pulumi
import pulumi_aws as aws


class Network(pulumi.ComponentResource):
    """Private subnets over the region's zones."""

    def __init__(self, name: str, cidr: str, region: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:Network", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.vpc = aws.ec2.Vpc(name, cidr_block=cidr, enable_dns_support=True, enable_dns_hostnames=True, opts=child)
        blocks = ipaddress.ip_network(cidr).subnets(new_prefix=20)
        self.subnets = [
            aws.ec2.Subnet(
                f"{name}-{zone}",
                vpc_id=self.vpc.id,
                cidr_block=str(block),
                availability_zone=f"{region}{zone}",
                opts=child,
            )
            for zone, block in zip("ab", blocks, strict=False)
        ]
        self.endpoints_group = aws.ec2.SecurityGroup(f"{name}-endpoints", vpc_id=self.vpc.id, opts=child)
        self.stream_endpoint = aws.ec2.VpcEndpoint(
            f"{name}-kinesis-streams",
            vpc_id=self.vpc.id,
            service_name=f"com.amazonaws.{region}.kinesis-streams",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=[subnet.id for subnet in self.subnets],
            security_group_ids=[self.endpoints_group.id],
            opts=child,
        )
        self.register_outputs({"vpc_id": self.vpc.id})
