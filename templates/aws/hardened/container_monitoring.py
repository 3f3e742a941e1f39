"""What an on-call engineer watches of a service on ECS: enough CPU, memory and tasks, and deployments that end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform
from .monitoring import alarm


def container_metrics(name: str, dimensions: Mapping[str, pulumi.Input[str]]) -> Sequence[Metric]:
    """CPU, memory, running tasks and deployments, in this order, of the service that `dimensions` name."""
    return [
        Metric(
            title=f"{name}: CPU of the tasks (%)",
            namespace="AWS/ECS",
            name="CPUUtilization",
            statistic="Average",
            dimensions=dimensions,
        ),
        Metric(
            title=f"{name}: memory of the tasks (%)",
            namespace="AWS/ECS",
            name="MemoryUtilization",
            statistic="Maximum",
            dimensions=dimensions,
        ),
        Metric(
            title=f"{name}: running tasks",
            namespace="ECS/ContainerInsights",
            name="RunningTaskCount",
            statistic="Average",
            dimensions=dimensions,
        ),
        Metric(
            title=f"{name}: deployments under way",
            namespace="ECS/ContainerInsights",
            name="DeploymentCount",
            statistic="Maximum",
            dimensions=dimensions,
        ),
    ]


def container_alarms(
    name: str,
    dimensions: Mapping[str, pulumi.Input[str]],
    tasks: tuple[int, int],
    platform: Platform,
    parent: pulumi.Resource,
) -> Sequence[aws.cloudwatch.MetricAlarm]:
    """Alarms of a service that keeps `tasks` running, given as the floor and the ceiling of its autoscaling."""
    floor, ceiling = tasks
    cpu, memory, running, deployments = container_metrics(name, dimensions)

    def above(part: str, metric: Metric, threshold: float, minutes: int, advice: str) -> aws.cloudwatch.MetricAlarm:
        return alarm(f"{name}-{part}", metric, advice, threshold, platform, parent, periods=minutes)

    return [
        above(
            "cpu",
            cpu,
            85,
            5,
            f"Tasks of {name} are short of CPU although autoscaling had time to add some: check whether it is at its "
            f"ceiling of {ceiling} tasks or the account at its Fargate vCPU quota.",
        ),
        above(
            "memory",
            memory,
            85,
            5,
            f"A task of {name} is close to its memory limit, where it is killed: look for a leak since the last image.",
        ),
        alarm(
            f"{name}-running",
            running,
            f"Fewer than {floor} tasks of {name} run: read the service's events and the stopped tasks' reasons.",
            floor,
            platform,
            parent,
            comparison="LessThanThreshold",
            periods=5,
            missing_data="breaching",
        ),
        above(
            "deployment",
            deployments,
            1,
            30,
            f"A deployment of {name} has not settled for 30 minutes: its new tasks do not become healthy. The circuit "
            "breaker returns to the previous image; read the stopped tasks' reasons before trying again.",
        ),
    ]
