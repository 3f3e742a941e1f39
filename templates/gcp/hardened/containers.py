"""Containers on Cloud Run: what a workload needs before its first image exists, and what runs once there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_gcp as gcp

from ..contracts import Metric, Network, Platform, Workload
from .connections import reach_google
from .identity import service_account, write_metrics
from .monitoring import alarm

KEPT_IMAGES = 50
WORKER_POOL = "cloud_run_worker_pool"
REVISION = "cloud_run_revision"


@dataclass(frozen=True, kw_only=True)
class Hosting:
    """Where a container lives and who it acts as; complete before the first image."""

    workload: Workload
    account: gcp.serviceaccount.Account
    repository: gcp.artifactregistry.Repository
    repository_url: pulumi.Output[str]
    permissions: Sequence[pulumi.Resource]
    """What a container needs in place before it starts."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """What runs in each instance. `cpu` in vCPU, `memory` as Cloud Run writes it (`2Gi`).

    `secrets` maps a variable to a secret and one version of it: `latest` would change under a running revision.
    """

    image_digest: str
    cpu: int
    memory: str
    environment: Mapping[str, pulumi.Input[str]]
    secrets: Mapping[str, tuple[pulumi.Input[str], pulumi.Input[str]]] = field(default_factory=dict)


def hosting(name: str, platform: Platform, network: Network, component: pulumi.ComponentResource) -> Hosting:
    """Image repository, account, network tag and the first permissions of one container workload."""
    account = service_account(name, f"Containers of {name}", platform, component)
    workload = Workload(name=name, component=component, member=account.member, network_tag=f"{platform.name}-{name}")
    made = repository(name, platform, component)
    return Hosting(
        workload=workload,
        account=account,
        repository=made,
        repository_url=pulumi.Output.format(
            "{0}-docker.pkg.dev/{1}/{2}/{3}", platform.region, platform.project_id, made.repository_id, name
        ),
        permissions=[write_metrics(workload, platform), reach_google(workload, network, platform)],
    )


def repository(name: str, platform: Platform, parent: pulumi.Resource) -> gcp.artifactregistry.Repository:
    """Immutable, scanned and encrypted; it keeps the images that a rollback needs."""
    return gcp.artifactregistry.Repository(
        name,
        repository_id=name,
        location=platform.region,
        format="DOCKER",
        description=f"Images of {name}",
        kms_key_name=platform.keys.images,
        docker_config=gcp.artifactregistry.RepositoryDockerConfigArgs(immutable_tags=True),
        vulnerability_scanning_config=gcp.artifactregistry.RepositoryVulnerabilityScanningConfigArgs(
            enablement_config="INHERITED"
        ),
        # A policy that keeps does nothing alone: it takes back what the one that deletes would have taken.
        cleanup_policies=[
            gcp.artifactregistry.RepositoryCleanupPolicyArgs(
                id="keep-recent",
                action="KEEP",
                most_recent_versions=gcp.artifactregistry.RepositoryCleanupPolicyMostRecentVersionsArgs(
                    keep_count=KEPT_IMAGES
                ),
            ),
            gcp.artifactregistry.RepositoryCleanupPolicyArgs(
                id="delete-old",
                action="DELETE",
                condition=gcp.artifactregistry.RepositoryCleanupPolicyConditionArgs(older_than="7776000s"),
            ),
        ],
        cleanup_policy_dry_run=False,
        project=platform.project_id,
        opts=pulumi.ResourceOptions(parent=parent, protect=platform.protected),
    )


def run_workers(
    name: str,
    host: Hosting,
    container: Container,
    instances: int,
    platform: Platform,
    network: Network,
    depends_on: Sequence[pulumi.Resource],
) -> gcp.cloudrunv2.WorkerPool:
    """A pool of `instances` containers that pull their work: no address, no port, always running.

    A pool does not scale by itself, so `instances` is what the peak needs.
    """
    return gcp.cloudrunv2.WorkerPool(
        name,
        location=platform.region,
        project=platform.project_id,
        description=f"Workers of {name}",
        deletion_protection=platform.protected,
        scaling=gcp.cloudrunv2.WorkerPoolScalingArgs(scaling_mode="MANUAL", manual_instance_count=instances),
        template=gcp.cloudrunv2.WorkerPoolTemplateArgs(
            service_account=host.account.email,
            encryption_key=platform.keys.containers,
            vpc_access=gcp.cloudrunv2.WorkerPoolTemplateVpcAccessArgs(
                # Not only private addresses: nothing of a worker may leave but through the network's rules.
                egress="ALL_TRAFFIC",
                network_interfaces=[
                    gcp.cloudrunv2.WorkerPoolTemplateVpcAccessNetworkInterfaceArgs(
                        network=network.network_id,
                        subnetwork=network.workloads_subnet_id,
                        tags=[_tag(host.workload)],
                    )
                ],
            ),
            containers=[
                gcp.cloudrunv2.WorkerPoolTemplateContainerArgs(
                    image=image(host, container.image_digest),
                    resources=gcp.cloudrunv2.WorkerPoolTemplateContainerResourcesArgs(
                        limits={"cpu": str(container.cpu), "memory": container.memory}
                    ),
                    envs=[*_plain(container.environment), *_secret(container.secrets)],
                )
            ],
        ),
        instance_splits=[
            gcp.cloudrunv2.WorkerPoolInstanceSplitArgs(type="INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST", percent=100)
        ],
        opts=pulumi.ResourceOptions(parent=host.workload.component, depends_on=[*host.permissions, *depends_on]),
    )


def image(host: Hosting, digest: str) -> pulumi.Output[str]:
    """The image by digest: a tag could be moved to another one, and the scan result belongs to a digest."""
    return pulumi.Output.concat(host.repository_url, "@", digest)


def container_metrics(name: str, resource_type: str, running: pulumi.Output[str]) -> Sequence[Metric]:
    """CPU and memory of the containers of a Cloud Run resource, in this order, as shares of their limits."""
    label = "worker_pool_name" if resource_type == WORKER_POOL else "service_name"
    return [
        Metric(
            title=f"{name}: {title}",
            type=f"run.googleapis.com/container/{kind}/utilizations",
            resource_type=resource_type,
            aligner="ALIGN_PERCENTILE_95",
            reducer="REDUCE_MAX",
            labels={f"resource.labels.{label}": running},
        )
        for kind, title in (("cpu", "CPU of the containers"), ("memory", "memory of the containers"))
    ]


def container_alarms(
    name: str, metrics: Sequence[Metric], platform: Platform, parent: pulumi.Resource
) -> Sequence[gcp.monitoring.AlertPolicy]:
    """Alerts on what `container_metrics` gave."""
    cpu, memory = metrics
    return [
        alarm(
            f"{name}-cpu",
            cpu,
            f"Containers of {name} are short of CPU for ten minutes: compare the load with what it was sized for in "
            "docs/sizing.md, and look for retries since the last image.",
            0.85,
            platform,
            parent,
            minutes=10,
        ),
        alarm(
            f"{name}-memory",
            memory,
            f"A container of {name} is close to its memory limit, where it is killed: look for a leak since the last "
            "image.",
            0.85,
            platform,
            parent,
            minutes=5,
        ),
    ]


def _tag(workload: Workload) -> str:
    if workload.network_tag is None:
        raise ValueError(f"{workload.name} has no network tag: no rule would let it out")
    return workload.network_tag


def _plain(
    environment: Mapping[str, pulumi.Input[str]],
) -> Sequence[gcp.cloudrunv2.WorkerPoolTemplateContainerEnvArgs]:
    return [
        gcp.cloudrunv2.WorkerPoolTemplateContainerEnvArgs(name=key, value=value)
        for key, value in sorted(environment.items(), key=lambda pair: pair[0])
    ]


def _secret(
    secrets: Mapping[str, tuple[pulumi.Input[str], pulumi.Input[str]]],
) -> Sequence[gcp.cloudrunv2.WorkerPoolTemplateContainerEnvArgs]:
    return [
        gcp.cloudrunv2.WorkerPoolTemplateContainerEnvArgs(
            name=key,
            value_source=gcp.cloudrunv2.WorkerPoolTemplateContainerEnvValueSourceArgs(
                secret_key_ref=gcp.cloudrunv2.WorkerPoolTemplateContainerEnvValueSourceSecretKeyRefArgs(
                    secret=secret, version=version
                )
            ),
        )
        for key, (secret, version) in sorted(secrets.items())
    ]
