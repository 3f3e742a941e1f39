"""A private link: callers of another account reach the service through an endpoint in their own network, by no route.

TLS passes through untouched, so that mutual TLS still ends at the load balancer behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Network, Platform
from ..hardened.connections import HTTPS, connect, security_group
from ..hardened.monitoring import alarm
from .entrance import GENERATED_NAME, TLS_POLICY

HEALTH_PORT = 8444
"""A port for health checks alone: a network load balancer has no certificate to show at a listener of mutual TLS."""


@dataclass(frozen=True, kw_only=True)
class Inside:
    """What the link leads to."""

    balancer: aws.lb.LoadBalancer
    listener: aws.lb.Listener
    targets: aws.lb.TargetGroup
    group_id: pulumi.Output[str]
    certificate_arn: str


@dataclass(frozen=True, kw_only=True)
class PrivateLink:
    """`group_id` lets the addresses of callers in; `service` is what they make an endpoint to."""

    group_id: pulumi.Output[str]
    service: aws.ec2.VpcEndpointService
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]


def private_link(
    name: str,
    host_name: str,
    principals: Sequence[str],
    inside: Inside,
    platform: Platform,
    network: Network,
    parent: pulumi.Resource,
) -> PrivateLink:
    """The endpoint service that `principals` (ARNs) may ask for, each connection accepted by a person.

    Raises `ValueError` where nobody may, or everybody.
    """
    if not principals or "*" in principals:
        raise ValueError(f"{name}: expected the ARNs of the accounts or roles that may connect, and not everybody")
    group = security_group(name, network, f"Load balancer of the private link {name}", parent)
    onwards = f"{name} to the load balancer behind it"
    connect(name, parent, group.id, inside.group_id, HTTPS, description=onwards)
    connect(f"{name}-health", parent, group.id, inside.group_id, HEALTH_PORT, description=f"{onwards}, health checks")
    balancer = _network_load_balancer(name, group.id, platform, network, parent)
    targets = _to_balancer(name, inside, network, parent)
    listener = aws.lb.Listener(
        name,
        load_balancer_arn=balancer.arn,
        port=HTTPS,
        protocol="TCP",
        default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets.arn)],
        opts=pulumi.ResourceOptions(parent=parent),
    )
    service = aws.ec2.VpcEndpointService(
        name,
        acceptance_required=True,
        allowed_principals=list(principals),
        network_load_balancer_arns=[balancer.arn],
        # Callers resolve the name that the certificate carries to their endpoint, once its owner has proved the domain.
        private_dns_name=host_name,
        supported_ip_address_types=["ipv4"],
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[listener], protect=platform.protected),
    )
    alarms, metrics = _watch(name, balancer, targets, platform, parent)
    return PrivateLink(group_id=group.id, service=service, alarms=alarms, metrics=metrics)


def verify_domain(name: str, link: PrivateLink, parent: pulumi.Resource) -> None:
    """Ask AWS to look for the TXT record that proves the domain; what it finds shows at the endpoint service."""
    aws.vpc.EndpointServicePrivateDnsVerification(
        name,
        service_id=link.service.id,
        # The record is in a public zone that this program does not manage: waiting for it would only time out.
        wait_for_verification=False,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _network_load_balancer(
    name: str, group_id: pulumi.Input[str], platform: Platform, network: Network, parent: pulumi.Resource
) -> aws.lb.LoadBalancer:
    return aws.lb.LoadBalancer(
        name,
        name_prefix=f"{name[: GENERATED_NAME - 1]}l",
        internal=True,
        load_balancer_type="network",
        subnets=list(network.app_subnet_ids),
        # Only a balancer that is made with a group can ever have one.
        security_groups=[group_id],
        # The rules hold for the addresses of the endpoint's users too, whom nothing else filters.
        enforce_security_group_inbound_rules_on_private_link_traffic="on",
        # A caller has endpoints in zones of its own choice, and the one balancer behind is in all three.
        enable_cross_zone_load_balancing=True,
        enable_deletion_protection=platform.protected,
        enable_zonal_shift=True,
        opts=pulumi.ResourceOptions(parent=parent, protect=platform.protected),
    )


def _to_balancer(name: str, inside: Inside, network: Network, parent: pulumi.Resource) -> aws.lb.TargetGroup:
    health = _health_listener(name, inside, parent)
    targets = aws.lb.TargetGroup(
        name,
        name_prefix=f"{name[: GENERATED_NAME - 1]}l",
        vpc_id=network.vpc_id,
        target_type="alb",
        port=HTTPS,
        protocol="TCP",
        health_check=aws.lb.TargetGroupHealthCheckArgs(
            path="/readyz", port=str(HEALTH_PORT), protocol="HTTPS", matcher="200"
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    aws.lb.TargetGroupAttachment(
        name,
        target_group_arn=targets.arn,
        target_id=inside.balancer.arn,
        port=HTTPS,
        # A balancer is a target only where it listens on the port already.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[inside.listener, health]),
    )
    return targets


def _watch(
    name: str,
    balancer: aws.lb.LoadBalancer,
    targets: aws.lb.TargetGroup,
    platform: Platform,
    parent: pulumi.Resource,
) -> tuple[Sequence[aws.cloudwatch.MetricAlarm], Sequence[Metric]]:
    unhealthy = Metric(
        title=f"{name}: balancers out of reach",
        namespace="AWS/NetworkELB",
        name="UnHealthyHostCount",
        statistic="Maximum",
        dimensions={"LoadBalancer": balancer.arn_suffix, "TargetGroup": targets.arn_suffix},
    )
    connections = Metric(
        title=f"{name}: connections through the link",
        namespace="AWS/NetworkELB",
        name="ActiveFlowCount",
        statistic="Average",
        dimensions={"LoadBalancer": balancer.arn_suffix},
    )
    rises = alarm(
        f"{name}-unhealthy",
        unhealthy,
        "Callers on the private link are cut off: the load balancer behind it answers no health check. Look whether a "
        "task is healthy at all, then at the security-group rules between the two balancers.",
        0,
        platform,
        parent,
    )
    return [rises], [connections, unhealthy]


def _health_listener(name: str, inside: Inside, parent: pulumi.Resource) -> aws.lb.Listener:
    options = pulumi.ResourceOptions(parent=parent)
    health = aws.lb.Listener(
        f"{name}-health",
        load_balancer_arn=inside.balancer.arn,
        port=HEALTH_PORT,
        protocol="HTTPS",
        ssl_policy=TLS_POLICY,
        certificate_arn=inside.certificate_arn,
        # Without a certificate nobody gets further than the one path that says whether a task is ready.
        default_actions=[
            aws.lb.ListenerDefaultActionArgs(
                type="fixed-response",
                fixed_response=aws.lb.ListenerDefaultActionFixedResponseArgs(
                    content_type="text/plain", status_code="404"
                ),
            )
        ],
        opts=options,
    )
    aws.lb.ListenerRule(
        f"{name}-health",
        listener_arn=health.arn,
        actions=[aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=inside.targets.arn)],
        conditions=[
            aws.lb.ListenerRuleConditionArgs(
                path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=["/readyz"])
            )
        ],
        opts=options,
    )
    return health
