"""Containers on ECS Fargate: what a service needs before its first image exists, and what runs once there is one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

import pulumi
import pulumi_aws as aws

from ..contracts import (
    KafkaConnection,
    KinesisConnection,
    Metric,
    Network,
    Platform,
    StreamConnection,
    TokenKey,
    Workload,
)
from .connections import reach_aws, security_group
from .container_monitoring import container_alarms, container_metrics
from .identity import allow, service_role, statement
from .monitoring import log_group

TASKS = "ecs-tasks.amazonaws.com"
KEPT_IMAGES = 50


@dataclass(frozen=True, kw_only=True)
class Hosting:
    """Where a container service lives and who it acts as; complete before the first image.

    `workload` is the running container. `agent` is ECS itself on the container's behalf: it pulls the image, fetches
    secrets and ships logs, and none of that is the container's to do.
    """

    workload: Workload
    agent: Workload
    security_group_id: pulumi.Output[str]
    repository: aws.ecr.Repository
    logs: aws.cloudwatch.LogGroup
    cluster: aws.ecs.Cluster
    permissions: Sequence[pulumi.Resource]
    """What a task needs in place before it starts."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """What runs in each task. `cpu` in units of 1/1024 vCPU, `memory` in MiB.

    `secrets` maps a variable to the ARN of a secret, which ECS reads at start. `health_command` is run inside the
    container, without a shell. `port` is what a load balancer sends requests to.
    """

    image_digest: str
    cpu: int
    memory: int
    environment: Mapping[str, pulumi.Input[str]]
    health_command: Sequence[str]
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    port: int | None = None


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """How many tasks run, and what keeps a bad image from replacing a good one.

    `tasks` is the sized number and the floor of autoscaling; `max_tasks` its ceiling. `balancer` sends requests to the
    tasks. A deployment that raises one of `rollback_alarms` is rolled back. `cpu_target_percent` lies below the 70 %
    that tasks are sized for, since a new one needs a minute or two.
    """

    tasks: int
    max_tasks: int
    cpu_target_percent: int = 60
    balancer: aws.lb.TargetGroup | None = None
    rollback_alarms: Sequence[aws.cloudwatch.MetricAlarm] = ()
    depends_on: Sequence[pulumi.Resource] = ()


@dataclass(frozen=True, kw_only=True)
class Running:
    """What runs, and what an on-call engineer watches of it."""

    service: aws.ecs.Service
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]


def hosting(name: str, platform: Platform, network: Network, component: pulumi.ComponentResource) -> Hosting:
    """Image repository, logs, cluster, roles and security group of one container service."""
    group = security_group(name, network, f"Tasks of {name}", component)
    logs = log_group(name, f"/{platform.name}/{name}", platform, component)
    repository = _repository(name, platform, component)
    workload = Workload(
        name=name,
        component=component,
        role=service_role(name, TASKS, platform, component),
        security_group_id=group.id,
    )
    agent = Workload(
        name=f"{name}-agent", component=component, role=service_role(f"{name}-agent", TASKS, platform, component)
    )
    starts = allow(
        f"{name}-starts",
        agent,
        [
            # ecr:GetAuthorizationToken admits no resource.
            statement(["ecr:GetAuthorizationToken"], ["*"]),
            statement(
                ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                [repository.arn],
            ),
            statement(["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.Output.concat(logs.arn, ":*")]),
        ],
    )
    return Hosting(
        workload=workload,
        agent=agent,
        security_group_id=group.id,
        repository=repository,
        logs=logs,
        cluster=aws.ecs.Cluster(
            name,
            settings=[aws.ecs.ClusterSettingArgs(name="containerInsights", value="enhanced")],
            opts=pulumi.ResourceOptions(parent=component),
        ),
        # The task's own interface is the way to ECR, Secrets Manager and CloudWatch too, not only to what it calls.
        permissions=[starts, logs, *reach_aws(workload, network)],
    )


def run(name: str, host: Hosting, container: Container, fleet: Fleet, platform: Platform, network: Network) -> Running:
    """The task definition, the service that keeps `fleet.tasks` of it running, its autoscaling and its alarms."""
    definition = _task_definition(name, host, container, platform)
    service = aws.ecs.Service(
        name,
        cluster=host.cluster.arn,
        task_definition=definition.arn,
        launch_type="FARGATE",
        desired_count=fleet.tasks,
        enable_execute_command=False,
        availability_zone_rebalancing="ENABLED",
        # With one task of which none may be missing, a deployment needs room for a second.
        deployment_minimum_healthy_percent=100,
        deployment_maximum_percent=200,
        deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(enable=True, rollback=True),
        alarms=_rollback(fleet.rollback_alarms),
        network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(
            subnets=list(network.app_subnet_ids),
            security_groups=[host.security_group_id],
            assign_public_ip=False,
        ),
        load_balancers=_load_balancers(name, container, fleet),
        health_check_grace_period_seconds=60 if fleet.balancer is not None else None,
        propagate_tags="SERVICE",
        enable_ecs_managed_tags=True,
        # A deployment that was rolled back fails the update that started it, instead of passing for done.
        wait_for_steady_state=True,
        opts=pulumi.ResourceOptions(
            parent=host.workload.component,
            depends_on=[*host.permissions, *fleet.depends_on],
            # Autoscaling owns the count after the start; an update at peak must not take tasks away.
            ignore_changes=["desiredCount"],
        ),
    )
    _autoscaling(name, host, service, fleet)
    dimensions = {"ClusterName": host.cluster.name, "ServiceName": service.name}
    return Running(
        service=service,
        alarms=container_alarms(name, dimensions, (fleet.tasks, fleet.max_tasks), platform, host.workload.component),
        metrics=container_metrics(name, dimensions),
    )


def stream_environment(connection: StreamConnection) -> Mapping[str, pulumi.Input[str]]:
    """The variables that tell a container which stream it writes to."""
    match connection:
        case KinesisConnection():
            return {"STREAM_KIND": "kinesis", "STREAM_NAME": connection.stream_name}
        case KafkaConnection():
            return {
                "STREAM_KIND": "kafka",
                "STREAM_NAME": connection.topic,
                "STREAM_BOOTSTRAP": connection.bootstrap_brokers,
            }
        case _:
            assert_never(connection)


def token_keyring(key: TokenKey | None) -> Mapping[str, pulumi.Input[str]]:
    """The variable that ECS fills with the keyring of card tokens, by version: a new keyring starts new tasks."""
    if key is None:
        return {}
    return {"TOKEN_KEYRING": pulumi.Output.concat(key.secret_arn, ":::", key.version_id)}


def _repository(name: str, platform: Platform, parent: pulumi.Resource) -> aws.ecr.Repository:
    """Immutable, scanned and encrypted; it keeps the images that a rollback needs."""
    repository = aws.ecr.Repository(
        name,
        image_tag_mutability="IMMUTABLE",
        force_delete=not platform.protected,
        image_scanning_configuration=aws.ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
        encryption_configurations=[
            aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=platform.keys.data)
        ],
        opts=pulumi.ResourceOptions(parent=parent, protect=platform.protected),
    )
    aws.ecr.LifecyclePolicy(
        name,
        repository=repository.name,
        policy=json.dumps(
            {
                "rules": [
                    {
                        "rulePriority": 1,
                        "description": f"Keep the last {KEPT_IMAGES} images",
                        "selection": {
                            "tagStatus": "any",
                            "countType": "imageCountMoreThan",
                            "countNumber": KEPT_IMAGES,
                        },
                        "action": {"type": "expire"},
                    }
                ]
            }
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return repository


def _task_definition(name: str, host: Hosting, container: Container, platform: Platform) -> aws.ecs.TaskDefinition:
    return aws.ecs.TaskDefinition(
        name,
        family=f"{platform.name}-{name}",
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        cpu=str(container.cpu),
        memory=str(container.memory),
        runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
            cpu_architecture="ARM64", operating_system_family="LINUX"
        ),
        execution_role_arn=host.agent.role.arn,
        task_role_arn=host.workload.role.arn,
        container_definitions=pulumi.Output.json_dumps([_container_definition(name, host, container, platform)]),
        # A revision that is deregistered can no longer be rolled back to.
        skip_destroy=platform.protected,
        opts=pulumi.ResourceOptions(parent=host.workload.component),
    )


def _container_definition(
    name: str, host: Hosting, container: Container, platform: Platform
) -> Mapping[str, pulumi.Input[object]]:
    return {
        "name": name,
        # By digest: a tag could be moved to another image, and the scan result belongs to a digest.
        "image": pulumi.Output.concat(host.repository.repository_url, "@", container.image_digest),
        "essential": True,
        # A user of its own number, whatever the image says: root in the container is one escape away from the host's.
        "user": "10001:10001",
        "readonlyRootFilesystem": True,
        "privileged": False,
        "linuxParameters": {"capabilities": {"drop": ["ALL"]}, "initProcessEnabled": True},
        "environment": [{"name": key, "value": value} for key, value in sorted(container.environment.items())],
        "secrets": [{"name": key, "valueFrom": arn} for key, arn in sorted(container.secrets.items())],
        "portMappings": []
        if container.port is None
        else [{"containerPort": container.port, "hostPort": container.port, "protocol": "tcp"}],
        # Each connection is a file; the default of 1,024 is one busy second.
        "ulimits": [{"name": "nofile", "softLimit": 65536, "hardLimit": 65536}],
        "healthCheck": {
            "command": ["CMD", *container.health_command],
            "interval": 30,
            "timeout": 5,
            "retries": 3,
            "startPeriod": 60,
        },
        "stopTimeout": 30,
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": host.logs.name,
                "awslogs-region": platform.region,
                "awslogs-stream-prefix": name,
                # A log line that cannot be delivered is dropped; blocking would stop the service instead.
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        },
    }


def _rollback(alarms: Sequence[aws.cloudwatch.MetricAlarm]) -> aws.ecs.ServiceAlarmsArgs | None:
    if not alarms:
        return None
    return aws.ecs.ServiceAlarmsArgs(alarm_names=[one.name for one in alarms], enable=True, rollback=True)


def _load_balancers(name: str, container: Container, fleet: Fleet) -> Sequence[aws.ecs.ServiceLoadBalancerArgs] | None:
    if fleet.balancer is None or container.port is None:
        return None
    return [
        aws.ecs.ServiceLoadBalancerArgs(
            target_group_arn=fleet.balancer.arn, container_name=name, container_port=container.port
        )
    ]


def _autoscaling(name: str, host: Hosting, service: aws.ecs.Service, fleet: Fleet) -> None:
    target = aws.appautoscaling.Target(
        name,
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat("service/", host.cluster.name, "/", service.name),
        min_capacity=fleet.tasks,
        max_capacity=fleet.max_tasks,
        opts=pulumi.ResourceOptions(parent=host.workload.component),
    )
    aws.appautoscaling.Policy(
        name,
        # The default is step scaling, which ignores a target-tracking configuration.
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
            predefined_metric_specification=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                predefined_metric_type="ECSServiceAverageCPUUtilization"
            ),
            target_value=fleet.cpu_target_percent,
            scale_out_cooldown=60,
            scale_in_cooldown=900,
        ),
        opts=pulumi.ResourceOptions(parent=host.workload.component),
    )
