"""Ways out of a workload: the network drops whatever leaves unless a rule for the workload's tag lets it through."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_gcp as gcp

from ..contracts import Network, Platform, Workload

HTTPS = 443


def connect(
    name: str,
    workload: Workload,
    network_id: pulumi.Input[str],
    platform: Platform,
    ranges: Sequence[pulumi.Input[str]],
    ports: Sequence[str],
) -> gcp.compute.Firewall:
    """Let a workload open TCP connections to `ranges` on `ports` (`443`, `11000-13047`)."""
    if workload.network_tag is None:
        raise ValueError(f"{workload.name} runs outside the network: it has no tag to open")
    return gcp.compute.Firewall(
        name,
        network=network_id,
        direction="EGRESS",
        priority=1000,
        # By network tag: a container with its own interface in the network has no other mark that a rule can name.
        target_tags=[workload.network_tag],
        destination_ranges=list(ranges),
        allows=[gcp.compute.FirewallAllowArgs(protocol="tcp", ports=list(ports))],
        log_config=gcp.compute.FirewallLogConfigArgs(metadata="INCLUDE_ALL_METADATA"),
        project=platform.project_id,
        opts=pulumi.ResourceOptions(parent=workload.component),
    )


def reach_google(workload: Workload, network: Network, platform: Platform) -> gcp.compute.Firewall:
    """Let a workload call Google APIs at the one address that they have inside the network."""
    return connect(
        f"{workload.name}-google-apis",
        workload,
        network.network_id,
        platform,
        [network.google_apis_range],
        [str(HTTPS)],
    )
