"""Service accounts and what they may do: one account per workload, and grants that only ever add."""

from __future__ import annotations

import hashlib

import pulumi
import pulumi_gcp as gcp

from ..contracts import Platform, Workload

LONGEST_ACCOUNT_ID = 30
SUFFIX = "-sa"
"""An account id has six characters at least, and a component may be called `lake`."""


def account_id(name: str) -> str:
    """The account id of a component: its name, or its beginning and a digest where the name is too long."""
    if len(name) + len(SUFFIX) <= LONGEST_ACCOUNT_ID:
        return f"{name}{SUFFIX}"
    digest = hashlib.sha256(name.encode()).hexdigest()[:7]
    return f"{name[: LONGEST_ACCOUNT_ID - len(digest) - 1].rstrip('-')}-{digest}"


def service_account(
    name: str, description: str, platform: Platform, parent: pulumi.Resource
) -> gcp.serviceaccount.Account:
    """An account of its own, without any role and without a key: whoever runs as it gets short-lived tokens."""
    return gcp.serviceaccount.Account(
        name,
        account_id=account_id(name),
        display_name=f"{platform.name}: {name}",
        description=description,
        project=platform.project_id,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def allow_in_project(
    name: str,
    workload: Workload,
    role: str,
    platform: Platform,
    condition: gcp.projects.IAMMemberConditionArgs | None = None,
) -> gcp.projects.IAMMember:
    """Add one role on the project, for what has no policy of its own. It never replaces another member's roles."""
    return gcp.projects.IAMMember(
        name,
        project=platform.project_id,
        role=role,
        member=workload.member,
        condition=condition,
        opts=pulumi.ResourceOptions(parent=workload.component),
    )


def write_metrics(workload: Workload, platform: Platform) -> gcp.projects.IAMMember:
    """Let a workload write its own metrics. Monitoring knows no narrower place to grant this than the project."""
    return allow_in_project(f"{workload.name}-metrics", workload, "roles/monitoring.metricWriter", platform)
