"""The way in: a private load balancer over three zones that lets in only callers with a certificate."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Network, Platform
from ..hardened.connections import HTTPS
from ..hardened.monitoring import alarm

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
GENERATED_NAME = 6
"""Characters of a prefix that Elastic Load Balancing takes; it allows 32 in all and a component's name may have 31."""

EXPIRY_DAYS = 30
"""ACM renews what it issued 60 days ahead: what is left at 30 needs a person."""


@dataclass(frozen=True, kw_only=True)
class Callers:
    """Who is let in: those with a certificate of an authority in `ca_bundle` (PEM). They are shown `certificate_arn`
    (ACM)."""

    ca_bundle: str
    certificate_arn: str


def load_balancer(
    name: str,
    platform: Platform,
    network: Network,
    group_id: pulumi.Input[str],
    capacity_units: int | None,
    parent: pulumi.Resource,
) -> aws.lb.LoadBalancer:
    """The balancer itself. `capacity_units` keeps capacity warm."""
    return aws.lb.LoadBalancer(
        name,
        name_prefix=name[:GENERATED_NAME],
        internal=True,
        load_balancer_type="application",
        subnets=list(network.app_subnet_ids),
        security_groups=[group_id],
        drop_invalid_header_fields=True,
        desync_mitigation_mode="strictest",
        enable_deletion_protection=platform.protected,
        enable_zonal_shift=True,
        access_logs=aws.lb.LoadBalancerAccessLogsArgs(
            bucket=platform.access_logs_bucket, prefix=f"elb/{name}", enabled=True
        ),
        # A caller that mutual TLS turns away never makes a request: only the connection log knows of it.
        connection_logs=aws.lb.LoadBalancerConnectionLogsArgs(
            bucket=platform.access_logs_bucket, prefix=f"elb/{name}", enabled=True
        ),
        minimum_load_balancer_capacity=None
        if capacity_units is None
        else aws.lb.LoadBalancerMinimumLoadBalancerCapacityArgs(capacity_units=capacity_units),
        # A new load balancer has a new address, which callers would have to learn.
        opts=pulumi.ResourceOptions(parent=parent, protect=platform.protected),
    )


def target_group(name: str, network: Network, port: int, parent: pulumi.Resource) -> aws.lb.TargetGroup:
    """The tasks, by their own addresses."""
    return aws.lb.TargetGroup(
        name,
        name_prefix=name[:GENERATED_NAME],
        vpc_id=network.vpc_id,
        target_type="ip",
        port=port,
        # The load balancer ends the caller's TLS; what it passes on is the same data and stays encrypted.
        protocol="HTTPS",
        load_balancing_algorithm_type="least_outstanding_requests",
        # Requests end within the latency limit; the default of 300 s would only slow deployments down.
        deregistration_delay=15,
        health_check=aws.lb.TargetGroupHealthCheckArgs(
            path="/readyz",
            protocol="HTTPS",
            matcher="200",
            interval=10,
            timeout=5,
            healthy_threshold=2,
            unhealthy_threshold=2,
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def mutual_tls_listener(
    name: str,
    platform: Platform,
    balancer: aws.lb.LoadBalancer,
    targets: aws.lb.TargetGroup,
    callers: Callers,
    parent: pulumi.Resource,
) -> aws.lb.Listener:
    """HTTPS for callers with a certificate of their authority; plain HTTP has no listener."""
    options = pulumi.ResourceOptions(parent=parent)
    bundle = aws.s3.BucketObjectv2(
        f"{name}-callers",
        bucket=platform.artefacts_bucket,
        key=f"trust/{name}/callers.pem",
        content=callers.ca_bundle,
        content_type="application/x-pem-file",
        opts=options,
    )
    trust = aws.lb.TrustStore(
        name,
        name_prefix=name[:GENERATED_NAME],
        ca_certificates_bundle_s3_bucket=bundle.bucket,
        ca_certificates_bundle_s3_key=bundle.key,
        # The version tells the trust store that the bundle has changed; the key alone never does.
        ca_certificates_bundle_s3_object_version=bundle.version_id,
        opts=options,
    )
    return aws.lb.Listener(
        name,
        load_balancer_arn=balancer.arn,
        port=HTTPS,
        protocol="HTTPS",
        ssl_policy=TLS_POLICY,
        certificate_arn=callers.certificate_arn,
        mutual_authentication=aws.lb.ListenerMutualAuthenticationArgs(mode="verify", trust_store_arn=trust.arn),
        default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets.arn)],
        opts=options,
    )


def private_name(
    name: str, host_name: str, balancer: aws.lb.LoadBalancer, network: Network, parent: pulumi.Resource
) -> aws.route53.Record:
    """The name that the certificate carries, answered inside the network with the balancer's addresses.

    The zone is that one name: a zone of the domain above it would hide every other name of the domain from the VPC.
    """
    zone = aws.route53.Zone(
        name,
        name=host_name,
        comment=f"Entrance of {name}",
        vpcs=[aws.route53.ZoneVpcArgs(vpc_id=network.vpc_id)],
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return aws.route53.Record(
        name,
        zone_id=zone.zone_id,
        name=host_name,
        type="A",
        aliases=[
            aws.route53.RecordAliasArgs(name=balancer.dns_name, zone_id=balancer.zone_id, evaluate_target_health=True)
        ],
        opts=pulumi.ResourceOptions(parent=parent),
    )


def expiring(
    name: str, certificate_arn: str, platform: Platform, parent: pulumi.Resource
) -> aws.cloudwatch.MetricAlarm:
    """An alarm a month before the certificate that callers are shown expires."""
    days = Metric(
        title=f"{name}: days to the end of the certificate",
        namespace="AWS/CertificateManager",
        name="DaysToExpiry",
        statistic="Minimum",
        dimensions={"CertificateArn": certificate_arn},
        # ACM reports it once a day.
        period_seconds=24 * 3600,
    )
    return alarm(
        f"{name}-certificate",
        days,
        f"The certificate of {name} expires within {EXPIRY_DAYS} days, and every call ends with it. ACM has not renewed"
        " it: an imported one is replaced by hand, an issued one waits for its validation.",
        EXPIRY_DAYS,
        platform,
        parent,
        comparison="LessThanThreshold",
        periods=1,
    )
