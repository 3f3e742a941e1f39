"""Container workers on Azure Container Apps: what one needs before its first image, and what runs once there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_azure_native as azure

from ..contracts import Alert, Metric, Network, Platform, Subnet, Workload
from .identity import ACR_PULL, allow, workload
from .monitoring import alert, diagnostics

apps = azure.app
APP_NAME = 32
CPU_TARGET_PERCENT = 60
"""Below the 70 % that replicas are sized for, since a new one needs its time."""


@dataclass(frozen=True, kw_only=True)
class Hosting:
    """Where a worker lives and who it acts as; complete before the first image."""

    workload: Workload
    subnet: Subnet
    environment_id: pulumi.Output[str]
    permissions: Sequence[pulumi.Resource]
    """What a replica needs in place before it starts."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """What runs in each replica: `image_digest` is `sha256:...` of the image named like the worker.

    `cpu` in vCPU, memory is twice as many GiB. `secrets` maps a variable to the address of a secret in the vault.
    On `health_port` it answers `/healthz` while it works.
    """

    image_digest: str
    cpu: float
    environment: Mapping[str, pulumi.Input[str]]
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    health_port: int = 8081


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """`replicas` is the sized number and the floor of scaling, `max_replicas` its ceiling."""

    replicas: int
    max_replicas: int
    depends_on: Sequence[pulumi.Resource] = ()


@dataclass(frozen=True, kw_only=True)
class Running:
    """What runs, and what an on-call engineer watches of it."""

    alerts: Sequence[Alert]
    metrics: Sequence[Metric]


def app_name(name: str) -> str:
    """The name of a worker's app, by which its lines are found in the logs."""
    return name[:APP_NAME]


def hosting(name: str, platform: Platform, network: Network, component: pulumi.ComponentResource) -> Hosting:
    """Identity, environment and the right to pull images of one worker.

    The environment is the worker's own: on the consumption profile it costs nothing, and it is what has a subnet.
    """
    subnet = network.worker(name)
    who = workload(name, platform, component)
    environment = apps.ManagedEnvironment(
        name,
        resource_group_name=platform.resource_group,
        environment_name=f"{platform.name}-{name}",
        location=platform.region,
        zone_redundant=True,
        public_network_access=apps.PublicNetworkAccess.DISABLED,
        vnet_configuration=apps.VnetConfigurationArgs(internal=True, infrastructure_subnet_id=subnet.id),
        workload_profiles=[apps.WorkloadProfileArgs(name="Consumption", workload_profile_type="Consumption")],
        peer_authentication=apps.ManagedEnvironmentPeerAuthenticationArgs(mtls=apps.MtlsArgs(enabled=True)),
        # Logs leave by the diagnostic setting: the other way needs a key of the workspace, and keys are off.
        app_logs_configuration=apps.AppLogsConfigurationArgs(destination="azure-monitor"),
        tags=platform.tags,
        opts=pulumi.ResourceOptions(parent=component, depends_on=list(network.ready)),
    )
    diagnostics(name, environment.id, platform.log_workspace_id, component)
    pulls = allow(f"{name}-pulls-images", who, ACR_PULL, platform.registry.id, platform)
    return Hosting(workload=who, subnet=subnet, environment_id=environment.id, permissions=[pulls])


def run(
    name: str,
    hosting: Hosting,
    container: Container,
    fleet: Fleet,
    platform: Platform,
) -> Running:
    """The app itself, without any ingress: a worker is called by nobody."""
    who = hosting.workload
    app = apps.ContainerApp(
        name,
        resource_group_name=platform.resource_group,
        container_app_name=app_name(name),
        location=platform.region,
        environment_id=hosting.environment_id,
        workload_profile_name="Consumption",
        identity=apps.ManagedServiceIdentityArgs(
            type=apps.ManagedServiceIdentityType.USER_ASSIGNED, user_assigned_identities=[who.identity_id]
        ),
        configuration=apps.ConfigurationArgs(
            active_revisions_mode=apps.ActiveRevisionsMode.SINGLE,
            registries=[apps.RegistryCredentialsArgs(server=platform.registry.server, identity=who.identity_id)],
            secrets=[
                apps.SecretArgs(name=_secret_name(key), key_vault_url=url, identity=who.identity_id)
                for key, url in sorted(container.secrets.items(), key=lambda item: item[0])
            ],
        ),
        template=apps.TemplateArgs(
            termination_grace_period_seconds=60,
            containers=[
                apps.ContainerArgs(
                    name=app_name(name),
                    image=pulumi.Output.concat(platform.registry.server, f"/{name}@", container.image_digest),
                    resources=apps.ContainerResourcesArgs(cpu=container.cpu, memory=f"{container.cpu * 2:g}Gi"),
                    env=[*_variables(container, who)],
                    probes=[_probe(kind, container.health_port) for kind in (apps.Type.LIVENESS, apps.Type.READINESS)],
                )
            ],
            scale=apps.ScaleArgs(
                min_replicas=fleet.replicas,
                max_replicas=fleet.max_replicas,
                rules=[
                    apps.ScaleRuleArgs(
                        name="cpu",
                        custom=apps.CustomScaleRuleArgs(
                            type="cpu", metadata={"type": "Utilization", "value": str(CPU_TARGET_PERCENT)}
                        ),
                    )
                ],
            ),
        ),
        tags=platform.tags,
        opts=pulumi.ResourceOptions(parent=who.component, depends_on=[*hosting.permissions, *fleet.depends_on]),
    )
    return _watched(name, app, fleet, platform, who.component)


def _variables(container: Container, who: Workload) -> Sequence[apps.EnvironmentVarArgs]:
    plain = {"AZURE_CLIENT_ID": who.client_id, "PRINCIPAL_ID": who.principal_id, **container.environment}
    return [
        *(apps.EnvironmentVarArgs(name=key, value=plain[key]) for key in sorted(plain)),
        *(apps.EnvironmentVarArgs(name=key, secret_ref=_secret_name(key)) for key in sorted(container.secrets)),
    ]


def _secret_name(variable: str) -> str:
    return variable.lower().replace("_", "-")


def _probe(kind: apps.Type, port: int) -> apps.ContainerAppProbeArgs:
    return apps.ContainerAppProbeArgs(
        type=kind,
        http_get=apps.ContainerAppProbeHttpGetArgs(path="/healthz", port=port, scheme=apps.Scheme.HTTP),
        initial_delay_seconds=10,
        period_seconds=10,
        timeout_seconds=3,
        failure_threshold=6 if kind == apps.Type.LIVENESS else 3,
    )


def _watched(
    name: str, app: apps.ContainerApp, fleet: Fleet, platform: Platform, component: pulumi.Resource
) -> Running:
    def metric(title: str, metric_name: str, statistic: str) -> Metric:
        return Metric(
            title=f"{name}: {title}",
            namespace="Microsoft.App/containerapps",
            name=metric_name,
            statistic=statistic,
            resource_id=app.id,
        )

    replicas, restarts = metric("replicas", "Replicas", "Maximum"), metric("restarts", "RestartCount", "Maximum")
    return Running(
        metrics=[replicas, restarts, metric("CPU (nanocores)", "UsageNanoCores", "Average")],
        alerts=[
            alert(
                f"{name}-ceiling",
                replicas,
                f"{name} runs at its ceiling of {fleet.max_replicas} replicas: compare its load with the sized one, and"
                " raise the ceiling before it falls behind.",
                fleet.max_replicas - 0.5,
                platform,
                component,
                window="PT15M",
            ),
            alert(
                f"{name}-restarts",
                restarts,
                f"Replicas of {name} restart: read the last lines before, usually memory, a refused token or a"
                " dependency that cannot be reached.",
                3,
                platform,
                component,
                window="PT15M",
            ),
        ],
    )
