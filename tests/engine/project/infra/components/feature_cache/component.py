"""Hot features in a cache."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from ..network.component import Network

PORT = 6379


class FeatureCache(pulumi.ComponentResource):
    """A cache with its own security group."""

    def __init__(self, name: str, network: Network, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:FeatureCache", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        subnets = aws.elasticache.SubnetGroup(name, subnet_ids=[each.id for each in network.subnets], opts=child)
        self.group = aws.ec2.SecurityGroup(name, vpc_id=network.vpc.id, opts=child)
        self.cache = aws.elasticache.ReplicationGroup(
            name,
            description="Card features",
            engine="valkey",
            node_type="cache.r7g.large",
            num_node_groups=1,
            replicas_per_node_group=1,
            automatic_failover_enabled=True,
            transit_encryption_enabled=True,
            subnet_group_name=subnets.name,
            security_group_ids=[self.group.id],
            opts=child,
        )
        self.address = self.cache.configuration_endpoint_address.apply(lambda host: host.split(".")[0])
        self.register_outputs({"address": self.address})

    def grant_read(
        self, name: str, role: aws.iam.Role, group: aws.ec2.SecurityGroup, owner: pulumi.Resource
    ) -> list[pulumi.Resource]:
        """Let `role` connect from `group`."""
        child = pulumi.ResourceOptions(parent=owner)
        return [
            aws.iam.RolePolicy(
                name,
                role=role.name,
                policy=pulumi.Output.json_dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {"Effect": "Allow", "Action": ["elasticache:Connect"], "Resource": self.cache.arn}
                        ],
                    }
                ),
                opts=child,
            ),
            aws.vpc.SecurityGroupEgressRule(
                name,
                security_group_id=group.id,
                referenced_security_group_id=self.group.id,
                ip_protocol="tcp",
                from_port=PORT,
                to_port=PORT,
                opts=child,
            ),
            aws.vpc.SecurityGroupIngressRule(
                name,
                security_group_id=self.group.id,
                referenced_security_group_id=group.id,
                ip_protocol="tcp",
                from_port=PORT,
                to_port=PORT,
                opts=child,
            ),
        ]
