"""The scoring service: reads the stream and the cache, answers the gateway."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..event_stream.component import EventStream
from ..feature_cache.component import FeatureCache
from ..lake_bucket.component import LakeBucket
from ..network.component import Network


@dataclass(frozen=True, kw_only=True)
class ScoringServiceArgs:
    """What the service works with; without an image only its surroundings exist."""

    network: Network
    stream: EventStream
    features: FeatureCache
    lake: LakeBucket
    account_id: pulumi.Input[str]
    gateway_cidr: str
    partner_api_key: pulumi.Output[str]
    image_digest: str | None


class ScoringService(pulumi.ComponentResource):
    """A container behind its own role and security group."""

    def __init__(self, name: str, args: ScoringServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:ScoringService", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            name,
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                        }
                    ],
                }
            ),
            opts=child,
        )
        group = aws.ec2.SecurityGroup(name, vpc_id=args.network.vpc.id, description="Scoring", opts=child)
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-endpoints",
            security_group_id=group.id,
            referenced_security_group_id=args.network.endpoints_group.id,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-calls-gateway",
            security_group_id=group.id,
            cidr_ipv4=args.gateway_cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=child,
        )
        args.stream.grant_read(f"{name}-reads-payments", role, self)
        args.features.grant_read(f"{name}-reads-card-features", role, group, self)
        secret = aws.secretsmanager.Secret(f"{name}-partner", recovery_window_in_days=7, opts=child)
        aws.secretsmanager.SecretVersion(
            f"{name}-partner",
            secret_id=secret.id,
            secret_string=pulumi.Output.json_dumps({"key": args.partner_api_key}),
            opts=child,
        )
        repository = aws.ecr.Repository(name, image_tag_mutability="IMMUTABLE", opts=child)
        if args.image_digest is not None:
            image = pulumi.Output.concat(repository.repository_url, "@", args.image_digest)
            self._serve(name, args, role, image)
        self.register_outputs({"role_arn": role.arn})

    def _serve(self, name: str, args: ScoringServiceArgs, role: aws.iam.Role, image: pulumi.Output[str]) -> None:
        child = pulumi.ResourceOptions(parent=self)
        aws.iam.RolePolicy(
            f"{name}-writes-lake",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["s3:PutObject"],
                            "Resource": pulumi.Output.concat(args.lake.bucket.arn, "/*"),
                        }
                    ],
                }
            ),
            opts=child,
        )
        aws.ecs.TaskDefinition(
            name,
            family=name,
            network_mode="awsvpc",
            execution_role_arn=role.arn,
            container_definitions=pulumi.Output.json_dumps(
                [{"name": name, "image": image, "environment": [{"name": "FEATURES", "value": args.features.address}]}]
            ),
            opts=child,
        )
