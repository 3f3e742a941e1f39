"""The way in: a private load balancer that lets in known addresses with a known client certificate, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import Network, Platform

HTTPS = "443"
ALLOW, DENY = 1000, 2147483647
"""Priorities. The last is that of the default rule, which a policy without one gets as "allow"."""
RANGES_PER_RULE = 10


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who may ask: from these ranges, with a certificate that an authority of `ca_bundle` (PEM) signed."""

    id: str
    cidrs: Sequence[str]
    ca_bundle: str


def address(name: str, platform: Platform, network: Network, parent: pulumi.Resource) -> gcp.compute.Address:
    """The address that the caller is told, kept apart from the load balancer so that it outlives one."""
    return gcp.compute.Address(
        name,
        region=platform.region,
        address_type="INTERNAL",
        subnetwork=network.balancer_subnet_id,
        description=f"Address of {name}",
        project=platform.project_id,
        opts=pulumi.ResourceOptions(parent=parent, protect=platform.protected),
    )


def admission(
    name: str, caller: Caller, platform: Platform, parent: pulumi.Resource
) -> gcp.compute.RegionSecurityPolicy:
    """Which addresses may ask at all; whole in one place, so that its last rule is never missing."""
    groups = [caller.cidrs[start : start + RANGES_PER_RULE] for start in range(0, len(caller.cidrs), RANGES_PER_RULE)]
    return gcp.compute.RegionSecurityPolicy(
        name,
        region=platform.region,
        type="CLOUD_ARMOR",
        description=f"Only {caller.id} may call",
        rules=[
            *(_rule("allow", ALLOW + number, group, f"{caller.id}") for number, group in enumerate(groups)),
            _rule("deny(403)", DENY, ["*"], "Everybody else"),
        ],
        project=platform.project_id,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def trust(
    name: str, caller: Caller, platform: Platform, parent: pulumi.Resource
) -> gcp.networksecurity.ServerTlsPolicy:
    """Mutual TLS: a handshake without a certificate of the caller's authorities ends before any request."""
    authorities = gcp.certificatemanager.TrustConfig(
        name,
        location=platform.region,
        description=f"Authorities that sign the certificates of {caller.id}",
        trust_stores=[
            gcp.certificatemanager.TrustConfigTrustStoreArgs(
                trust_anchors=[
                    gcp.certificatemanager.TrustConfigTrustStoreTrustAnchorArgs(pem_certificate=certificate)
                    for certificate in certificates(caller.ca_bundle)
                ]
            )
        ],
        project=platform.project_id,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return gcp.networksecurity.ServerTlsPolicy(
        name,
        location=platform.region,
        allow_open=False,
        mtls_policy=gcp.networksecurity.ServerTlsPolicyMtlsPolicyArgs(
            client_validation_mode="REJECT_INVALID", client_validation_trust_config=authorities.id
        ),
        project=platform.project_id,
        opts=pulumi.ResourceOptions(parent=parent),
    )


@dataclass(frozen=True, kw_only=True)
class Front:
    """What the load balancer is made of before there is a service behind it."""

    address: gcp.compute.Address
    admission: gcp.compute.RegionSecurityPolicy
    trust: gcp.networksecurity.ServerTlsPolicy
    certificate: str
    """Certificate Manager certificate of the name that the caller uses, as `projects/.../certificates/...`."""


def balance(
    name: str,
    front: Front,
    service: gcp.cloudrunv2.Service,
    platform: Platform,
    network: Network,
    parent: pulumi.Resource,
) -> gcp.compute.RegionBackendService:
    """Everything between the address and the service."""
    options, project = pulumi.ResourceOptions(parent=parent), platform.project_id
    group = gcp.compute.RegionNetworkEndpointGroup(
        name,
        region=platform.region,
        network_endpoint_type="SERVERLESS",
        cloud_run=gcp.compute.RegionNetworkEndpointGroupCloudRunArgs(service=service.name),
        project=project,
        opts=options,
    )
    backend = gcp.compute.RegionBackendService(
        name,
        region=platform.region,
        load_balancing_scheme="INTERNAL_MANAGED",
        protocol="HTTPS",
        security_policy=front.admission.self_link,
        backends=[
            gcp.compute.RegionBackendServiceBackendArgs(
                group=group.id, balancing_mode="UTILIZATION", capacity_scaler=1.0
            )
        ],
        # A sample: every decision is published anyway, and at 10,000 requests/s a full log is the largest bill of all.
        log_config=gcp.compute.RegionBackendServiceLogConfigArgs(enable=True, sample_rate=0.01),
        project=project,
        opts=options,
    )
    routes = gcp.compute.RegionUrlMap(
        name, region=platform.region, default_service=backend.id, project=project, opts=options
    )
    policy = gcp.compute.RegionSslPolicy(
        name,
        region=platform.region,
        profile="RESTRICTED",
        min_tls_version="TLS_1_2",
        project=project,
        opts=options,
    )
    proxy = gcp.compute.RegionTargetHttpsProxy(
        name,
        region=platform.region,
        url_map=routes.id,
        ssl_policy=policy.id,
        server_tls_policy=front.trust.id,
        certificate_manager_certificates=[front.certificate],
        project=project,
        opts=options,
    )
    gcp.compute.ForwardingRule(
        name,
        region=platform.region,
        load_balancing_scheme="INTERNAL_MANAGED",
        network=network.network_id,
        subnetwork=network.balancer_subnet_id,
        ip_address=front.address.id,
        ip_protocol="TCP",
        port_range=HTTPS,
        target=proxy.id,
        project=project,
        opts=options,
    )
    return backend


def certificates(bundle: str) -> Sequence[str]:
    """The certificates of a PEM bundle, one text each. Raises `ValueError` where there is none."""
    end = "-----END CERTIFICATE-----"
    found = [f"{part.strip()}\n{end}\n" for part in bundle.split(end) if part.strip()]
    if not found:
        raise ValueError("the caller's bundle of authorities holds no certificate")
    return found


def _rule(
    action: str, priority: int, ranges: Sequence[str], description: str
) -> gcp.compute.RegionSecurityPolicyRuleArgs:
    return gcp.compute.RegionSecurityPolicyRuleArgs(
        action=action,
        priority=priority,
        description=description,
        match=gcp.compute.RegionSecurityPolicyRuleMatchArgs(
            versioned_expr="SRC_IPS_V1",
            config=gcp.compute.RegionSecurityPolicyRuleMatchConfigArgs(src_ip_ranges=list(ranges)),
        ),
    )
