"""Private network: a VPC of its own without a way to the internet; endpoints lead to AWS, a hub to the client."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform, Workload
from ..hardened.connections import security_group
from ..hardened.identity import allow, service_role, statement
from ..hardened.monitoring import alarm, log_group
from .access_lists import near_only
from .queries import log_queries

ZONES = 3
ATTACHMENT_BITS = 28
"""The smallest subnet that AWS makes. A hub takes one address of it in each zone."""
ACTIONS_OF = {"kinesis-firehose": "firehose", "kinesis-streams": "kinesis", "monitoring": "cloudwatch"}
"""IAM prefix of the endpoint services that are not called like it."""
OTHERWISE_NAMED = {
    "sagemaker.experiments": "aws.sagemaker.{region}.experiments",
    "sagemaker.studio": "aws.sagemaker.{region}.studio",
}
"""Endpoint services that are not called `com.amazonaws.<region>.<service>`."""
REJECTED_PER_MINUTE = 100
FLOW_LOG_FIELDS = (
    "[version, account, interface, source, destination, source_port, destination_port, protocol, packets, bytes,"
    ' start, end, action="REJECT", status]'
)


@dataclass(frozen=True, kw_only=True)
class PrivateNetworkArgs:
    platform: Platform
    cidr: str
    """Address range from /16 to /22: a quarter of it for applications in each zone, a sixteenth for data."""
    zones: Sequence[str]
    """Three zones of the region."""
    interface_endpoints: Sequence[str]
    """Services called from inside, e.g. `kinesis-streams`."""
    transit_gateway_id: str | None = None
    hub_cidrs: Sequence[str] = ()
    """Address ranges behind the transit gateway."""


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Subnets of one purpose, one in each zone, and the routing table that they share."""

    subnet_ids: Sequence[pulumi.Output[str]]
    route_table_id: pulumi.Output[str]


class PrivateNetwork(pulumi.ComponentResource):
    vpc_id: pulumi.Output[str]
    app_subnet_ids: Sequence[pulumi.Output[str]]
    data_subnet_ids: Sequence[pulumi.Output[str]]
    endpoints_security_group_id: pulumi.Output[str]
    s3_prefix_list_id: pulumi.Output[str]
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: PrivateNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:PrivateNetwork", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        app_blocks, data_blocks = address_plan(args.cidr)
        vpc = aws.ec2.Vpc(
            name, cidr_block=args.cidr, enable_dns_support=True, enable_dns_hostnames=True, opts=self._child
        )
        self.vpc_id = vpc.id
        # Whoever forgets to name a group or a list gets these two, and neither lets anything through.
        aws.ec2.DefaultSecurityGroup(name, vpc_id=vpc.id, ingress=[], egress=[], opts=self._child)
        aws.ec2.DefaultNetworkAcl(
            name,
            default_network_acl_id=vpc.default_network_acl_id,
            # A new subnet lies under this list until it gets its own, which would show as a change for ever.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["subnetIds"]),
        )
        app = self._tier("app", app_blocks)
        data = self._tier("data", data_blocks)
        self.app_subnet_ids, self.data_subnet_ids = app.subnet_ids, data.subnet_ids
        hub = self._tier("hub", hub_blocks(args.cidr)) if args.transit_gateway_id is not None else None
        self._filter_traffic(app, data, hub)
        self.s3_prefix_list_id = self._s3_endpoint(app)
        self.endpoints_security_group_id = security_group(
            f"{name}-endpoints", self, f"Interface endpoints of {args.platform.name}", self
        ).id
        endpoints = {service: self._interface_endpoint(service) for service in args.interface_endpoints}
        if args.transit_gateway_id is not None and hub is not None:
            self._join_hub(hub, app, args.transit_gateway_id)
        log_queries(f"{name}-queries", vpc.id, args.platform, self)
        rejected = self._flow_logs()
        self.metrics = [rejected]
        self.alarms = [self._rejected_alarm(rejected), *(self._dropped_alarm(s, e) for s, e in endpoints.items())]
        self.register_outputs({"vpc_id": self.vpc_id})

    def _tier(self, purpose: str, blocks: Sequence[str]) -> Tier:
        name = f"{self._name}-{purpose}"
        table = aws.ec2.RouteTable(name, vpc_id=self.vpc_id, opts=self._child)
        subnets = []
        for zone, block in zip(self._args.zones, blocks, strict=True):
            subnet = aws.ec2.Subnet(
                f"{name}-{zone}",
                vpc_id=self.vpc_id,
                cidr_block=block,
                availability_zone=zone,
                map_public_ip_on_launch=False,
                opts=self._child,
            )
            aws.ec2.RouteTableAssociation(
                f"{name}-{zone}", subnet_id=subnet.id, route_table_id=table.id, opts=self._child
            )
            subnets.append(subnet.id)
        return Tier(subnet_ids=subnets, route_table_id=table.id)

    def _filter_traffic(self, app: Tier, data: Tier, hub: Tier | None) -> None:
        # The locked default list would cut these subnets off. Data lies next to applications and next to nothing else.
        inside = [self._args.cidr]
        ranges = [*inside, *self._args.hub_cidrs]
        near_only(f"{self._name}-data", self.vpc_id, data.subnet_ids, inside, self)
        near_only(f"{self._name}-app", self.vpc_id, app.subnet_ids, ranges, self, beyond=True)
        if hub is not None:
            near_only(f"{self._name}-hub", self.vpc_id, hub.subnet_ids, ranges, self)

    def _s3_endpoint(self, app: Tier) -> pulumi.Output[str]:
        region, account_id = self._args.platform.region, self._args.platform.account_id
        statements = [
            _anyone(
                ["s3:GetObject*", "s3:GetBucket*", "s3:ListBucket*"],
                "*",
                {"StringEquals": {"aws:PrincipalAccount": account_id}},
            ),
            # Reading may cross accounts (a model package), writing may not: nothing leaves through this door.
            _anyone(
                ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
                "*",
                {"StringEquals": {"aws:PrincipalAccount": account_id, "aws:ResourceAccount": account_id}},
            ),
            # ECR hands out layers as links that it signed itself, from a bucket of its own.
            _anyone(["s3:GetObject"], f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*"),
        ]
        endpoint = aws.ec2.VpcEndpoint(
            f"{self._name}-s3",
            vpc_id=self.vpc_id,
            service_name=f"com.amazonaws.{region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=[app.route_table_id],
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=self._child,
        )
        return endpoint.prefix_list_id

    def _interface_endpoint(self, service: str) -> aws.ec2.VpcEndpoint:
        prefix = ACTIONS_OF.get(service, service.partition(".")[0])
        own_principals = {"StringEquals": {"aws:PrincipalAccount": self._args.platform.account_id}}
        named = OTHERWISE_NAMED.get(service, f"com.amazonaws.{{region}}.{service}")
        return aws.ec2.VpcEndpoint(
            f"{self._name}-{service.replace('.', '-')}",
            vpc_id=self.vpc_id,
            service_name=named.format(region=self._args.platform.region),
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=self.app_subnet_ids,
            security_group_ids=[self.endpoints_security_group_id],
            policy=pulumi.Output.json_dumps(
                {"Version": "2012-10-17", "Statement": [_anyone([f"{prefix}:*"], "*", own_principals)]}
            ),
            opts=self._child,
        )

    def _join_hub(self, hub: Tier, app: Tier, transit_gateway_id: str) -> None:
        # Which of the hub's tables it joins is the hub's to say: another account's gateway refuses it from here.
        attachment = aws.ec2transitgateway.VpcAttachment(
            f"{self._name}-hub",
            vpc_id=self.vpc_id,
            subnet_ids=hub.subnet_ids,
            transit_gateway_id=transit_gateway_id,
            dns_support="enable",
            opts=self._child,
        )
        for block in self._args.hub_cidrs:
            aws.ec2.Route(
                f"{self._name}-hub-{block.replace('/', '-')}",
                route_table_id=app.route_table_id,
                destination_cidr_block=block,
                transit_gateway_id=attachment.transit_gateway_id,
                # A route to a gateway that the VPC is not attached to yet is refused.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[attachment]),
            )

    def _flow_logs(self) -> Metric:
        platform, name = self._args.platform, f"{self._name}-flow-logs"
        group = log_group(name, f"/{platform.name}/{self._name}/flow-logs", platform, self, carries_text=False)
        role = service_role(name, "vpc-flow-logs.amazonaws.com", platform, self)
        all_groups = pulumi.Output.format("arn:aws:logs:{0}:{1}:log-group:*", platform.region, platform.account_id)
        granted = allow(
            name,
            Workload(name=name, component=self, role=role),
            [
                statement(
                    ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    [pulumi.Output.concat(group.arn, ":*")],
                ),
                statement(["logs:DescribeLogGroups"], [all_groups]),
            ],
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=self.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[granted]),
        )
        metric = Metric(
            title="Rejected connections",
            namespace=f"archgen/{platform.name}",
            name=f"{self._name}-rejected",
            statistic="Sum",
        )
        aws.cloudwatch.LogMetricFilter(
            f"{self._name}-rejected",
            log_group_name=group.name,
            pattern=FLOW_LOG_FIELDS,
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                namespace=metric.namespace, name=metric.name, value="1", default_value="0"
            ),
            opts=self._child,
        )
        return metric

    def _rejected_alarm(self, rejected: Metric) -> aws.cloudwatch.MetricAlarm:
        return alarm(
            f"{self._name}-rejected",
            rejected,
            f"More than {REJECTED_PER_MINUTE} connections a minute were refused in {self._name}. Group the flow logs by"
            " source and port: either a release lacks a security-group rule, or something inside looks for open doors.",
            REJECTED_PER_MINUTE,
            self._args.platform,
            self,
            periods=5,
        )

    def _dropped_alarm(self, service: str, endpoint: aws.ec2.VpcEndpoint) -> aws.cloudwatch.MetricAlarm:
        dropped = Metric(
            title=f"Packets dropped at {service}",
            namespace="AWS/PrivateLinkEndpoints",
            name="PacketsDropped",
            statistic="Sum",
            dimensions={
                "Endpoint Type": endpoint.vpc_endpoint_type.apply(lambda kind: kind or "Interface"),
                "Service Name": endpoint.service_name.apply(lambda service_name: service_name or ""),
                "VPC Endpoint Id": endpoint.id,
                "VPC Id": self.vpc_id,
            },
        )
        return alarm(
            f"{self._name}-{service.replace('.', '-')}-dropped",
            dropped,
            f"The endpoint of {service} drops packets, so calls to it fail or wait. Look at the health of {service} in"
            " this region, then at the endpoint's bandwidth by zone.",
            0,
            self._args.platform,
            self,
            periods=5,
            breaching_periods=3,
        )


def address_plan(cidr: str) -> tuple[Sequence[str], Sequence[str]]:
    """The blocks of the application and of the data subnets, one of each for a zone.

    Three quarters go to applications (endpoints, model instances and tasks, twice over while they are replaced), three
    sixteenths to data; of the last sixteenth a hub may take a little (`hub_blocks`). Raises `ValueError` for a range
    outside /16 to /22: AWS allows nothing larger, and below it a zone has no room for two generations of instances.
    """
    network = ipaddress.IPv4Network(cidr)
    if not 16 <= network.prefixlen <= 22:
        raise ValueError(f"vpcCidr is {cidr}: expected a range from /16 to /22")
    *app, last = network.subnets(prefixlen_diff=2)
    *data, _ = last.subnets(prefixlen_diff=2)
    return [str(block) for block in app], [str(block) for block in data]


def hub_blocks(cidr: str) -> Sequence[str]:
    """The blocks of the subnets that a hub is attached in, one for a zone, from what `address_plan` leaves free.

    Of their own, so that what comes from the hub passes an access list and a routing table before it meets a workload.
    """
    *_, last = ipaddress.IPv4Network(cidr).subnets(prefixlen_diff=4)
    return [str(block) for block in list(last.subnets(new_prefix=ATTACHMENT_BITS))[:ZONES]]


def _anyone(
    actions: Sequence[str], resource: str, conditions: Mapping[str, Mapping[str, Any]] | None = None
) -> Mapping[str, Any]:
    # An endpoint policy names no principal or resource of ours: it bounds what passes, and the roles say who may what.
    allowed: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": list(actions), "Resource": resource}
    return allowed | ({"Condition": conditions} if conditions else {})
