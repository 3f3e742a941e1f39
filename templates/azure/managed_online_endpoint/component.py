"""The model on an Azure ML managed online endpoint: no cluster to run, up to the endpoint's limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from ..contracts import Alert, ManagedModel, Metric, Network, ObjectStore, Platform, Principal, Workload
from ..hardened.identity import ACR_PULL, allow, workload
from ..hardened.machine_learning import NETWORK_CONNECTION_APPROVER, workspace
from ..hardened.monitoring import alert, diagnostics
from ..hardened.naming import global_name

ml = azure.machinelearningservices
ENDPOINT_NAME = 32
DEPLOYMENT = "live"
PORT = 8080
SCALE_OUT_PERCENT, SCALE_IN_PERCENT = 60, 30
SCORE = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"


@dataclass(frozen=True, kw_only=True)
class ManagedOnlineEndpointArgs:
    """`concurrent_requests` are in flight on an instance at its planned load; `latency_budget_ms` is the model's share
    of the promise; `capture_percent` of the requests are kept for drift. Without `image_digest` (`sha256:...`) the
    endpoint exists and answers nothing yet.
    """

    platform: Platform
    network: Network
    capture: ObjectStore
    instance_type: str
    instances: int
    max_instances: int
    concurrent_requests: int
    latency_budget_ms: float
    capture_percent: int
    image_digest: str | None = None


class ManagedOnlineEndpoint(pulumi.ComponentResource):
    connection: ManagedModel
    alerts: Sequence[Alert]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: ManagedOnlineEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:ManagedOnlineEndpoint", name, None, opts)
        self._name = name
        self._args = args
        platform = args.platform
        self._workspace, self._workspace_identity = workspace(name, platform, args.network, self)
        self._endpoint_name = global_name(platform, "ep", name, ENDPOINT_NAME, separator="-")
        who = workload(name, platform, self)
        granted = [
            allow(f"{name}-pulls-images", who, ACR_PULL, platform.registry.id, platform),
            *args.capture.grant_write(who),
            self._way_to_capture(),
        ]
        self._endpoint = self._make_endpoint(who, granted)
        self._scoring_role = self._make_scoring_role()
        self.connection = ManagedModel(
            url=self._endpoint.id.apply(
                lambda made: f"https://{self._endpoint_name}.{platform.region}.inference.ml.azure.com"
            ),
            scope="https://ml.azure.com/.default",
        )
        if args.image_digest is not None:
            self._go_live(args.image_digest, granted)
        diagnostics(f"{name}-endpoint", self._endpoint.id, platform.log_workspace_id, self)
        self._watch()
        self.register_outputs({"workspace": self._workspace.name, "endpoint": self._endpoint_name})

    def grant_invoke(self, caller: Principal) -> Sequence[pulumi.Resource]:
        """Let the caller score, and nothing else: every built-in role that may score may also change the endpoint."""
        return [
            azure.authorization.RoleAssignment(
                f"{caller.name}-invokes-{self._name}",
                scope=self._endpoint.id,
                principal_id=caller.principal_id,
                principal_type=azure.authorization.PrincipalType.SERVICE_PRINCIPAL,
                role_definition_id=self._scoring_role.id,
                opts=pulumi.ResourceOptions(parent=caller.component),
            )
        ]

    def _way_to_capture(self) -> pulumi.Resource:
        """The managed network reaches only what it was told of, by an endpoint that its workspace may approve."""
        platform, capture, name = self._args.platform, self._args.capture, f"{self._name}-workspace-joins-capture"
        approves = allow(name, self._workspace_identity, NETWORK_CONNECTION_APPROVER, capture.account_id, platform)
        return ml.ManagedNetworkSettingsRule(
            f"{self._name}-capture",
            resource_group_name=platform.resource_group,
            workspace_name=self._workspace.name,
            rule_name="capture",
            properties=ml.PrivateEndpointOutboundRuleArgs(
                type="PrivateEndpoint",
                category=ml.RuleCategory.USER_DEFINED,
                destination=ml.PrivateEndpointDestinationArgs(
                    service_resource_id=capture.account_id, subresource_target="blob"
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[approves]),
        )

    def _make_endpoint(self, who: Workload, granted: Sequence[pulumi.Resource]) -> ml.OnlineEndpoint:
        platform = self._args.platform
        return ml.OnlineEndpoint(
            self._name,
            resource_group_name=platform.resource_group,
            workspace_name=self._workspace.name,
            endpoint_name=self._endpoint_name,
            location=platform.region,
            kind="Managed",
            identity=ml.ManagedServiceIdentityArgs(
                type=ml.ManagedServiceIdentityType.USER_ASSIGNED, user_assigned_identities=[who.identity_id]
            ),
            properties=ml.OnlineEndpointPropertiesArgs(
                auth_mode=ml.EndpointAuthMode.AAD_TOKEN,
                public_network_access=ml.PublicNetworkAccessType.DISABLED,
                # Traffic can only name what exists: it is given with the deployment.
                traffic={DEPLOYMENT: 100} if self._args.image_digest is not None else {},
            ),
            tags=platform.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=platform.protected, depends_on=list(granted)),
        )

    def _make_scoring_role(self) -> azure.authorization.RoleDefinition:
        platform = self._args.platform
        return azure.authorization.RoleDefinition(
            f"{self._name}-scoring",
            scope=self._endpoint.id,
            role_name=f"{platform.name} {self._name}: ask for scores",
            description="Call the endpoint, and nothing else",
            assignable_scopes=[
                pulumi.Output.format(
                    "/subscriptions/{0}/resourceGroups/{1}", platform.subscription_id, platform.resource_group
                )
            ],
            permissions=[azure.authorization.PermissionArgs(actions=[SCORE])],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _go_live(self, image_digest: str, granted: Sequence[pulumi.Resource]) -> None:
        environment = self._environment(image_digest)
        args, platform = self._args, self._args.platform
        deployment = ml.OnlineDeployment(
            self._name,
            resource_group_name=platform.resource_group,
            workspace_name=self._workspace.name,
            endpoint_name=self._endpoint.name,
            deployment_name=DEPLOYMENT,
            location=platform.region,
            kind="Managed",
            sku=ml.SkuArgs(name="Default", tier=ml.SkuTier.STANDARD, capacity=args.instances),
            properties=ml.ManagedOnlineDeploymentArgs(
                endpoint_compute_type="Managed",
                environment_id=environment.id,
                instance_type=args.instance_type,
                app_insights_enabled=True,
                environment_variables={
                    "PORT": str(PORT),
                    "CAPTURE_ACCOUNT": args.capture.account_name,
                    "CAPTURE_CONTAINER": args.capture.container,
                    "CAPTURE_PERCENT": str(args.capture_percent),
                },
                request_settings=ml.OnlineRequestSettingsArgs(
                    # Beyond twice as many, callers are turned away instead of waiting past their deadline.
                    max_concurrent_requests_per_instance=args.concurrent_requests,
                    request_timeout="PT1S",
                ),
                scale_settings=ml.DefaultScaleSettingsArgs(scale_type="Default"),
            ),
            tags=platform.tags,
            # Autoscaling moves the capacity; a deployment must not move it back.
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(granted), ignore_changes=["sku.capacity"]),
        )
        self._scale(deployment)

    def _environment(self, image_digest: str) -> ml.EnvironmentVersion:
        platform = self._args.platform
        container = ml.EnvironmentContainer(
            self._name,
            resource_group_name=platform.resource_group,
            workspace_name=self._workspace.name,
            name=self._name,
            properties=ml.EnvironmentContainerPropertiesArgs(description="The approved model's image"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        route = ml.RouteArgs
        return ml.EnvironmentVersion(
            self._name,
            resource_group_name=platform.resource_group,
            workspace_name=self._workspace.name,
            name=container.name,
            # A version never changes: another image is another version.
            version=image_digest.removeprefix("sha256:")[:12],
            properties=ml.EnvironmentVersionPropertiesArgs(
                image=pulumi.Output.concat(platform.registry.server, f"/{self._name}@{image_digest}"),
                os_type=ml.OperatingSystemType.LINUX,
                inference_config=ml.InferenceContainerPropertiesArgs(
                    scoring_route=route(path="/score", port=PORT),
                    liveness_route=route(path="/healthz", port=PORT),
                    readiness_route=route(path="/readyz", port=PORT),
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _scale(self, deployment: ml.OnlineDeployment) -> None:
        args, monitor = self._args, azure.monitor

        def rule(operator: monitor.ComparisonOperationType, percent: int, up: bool) -> monitor.ScaleRuleArgs:
            return monitor.ScaleRuleArgs(
                metric_trigger=monitor.MetricTriggerArgs(
                    metric_name="CpuUtilizationPercentage",
                    metric_resource_uri=deployment.id,
                    statistic=monitor.MetricStatisticType.AVERAGE,
                    time_aggregation=monitor.TimeAggregationType.AVERAGE,
                    time_grain="PT1M",
                    time_window="PT5M",
                    operator=operator,
                    threshold=percent,
                ),
                scale_action=monitor.ScaleActionArgs(
                    direction=monitor.ScaleDirection.INCREASE if up else monitor.ScaleDirection.DECREASE,
                    type=monitor.ScaleType.CHANGE_COUNT,
                    value="1",
                    cooldown="PT5M" if up else "PT15M",
                ),
            )

        monitor.AutoscaleSetting(
            self._name,
            resource_group_name=args.platform.resource_group,
            autoscale_setting_name=f"{args.platform.name}-{self._name}",
            location=args.platform.region,
            enabled=True,
            target_resource_uri=deployment.id,
            profiles=[
                monitor.AutoscaleProfileArgs(
                    name="load",
                    capacity=monitor.ScaleCapacityArgs(
                        default=str(args.instances), minimum=str(args.instances), maximum=str(args.max_instances)
                    ),
                    rules=[
                        rule(monitor.ComparisonOperationType.GREATER_THAN, SCALE_OUT_PERCENT, True),
                        rule(monitor.ComparisonOperationType.LESS_THAN, SCALE_IN_PERCENT, False),
                    ],
                )
            ],
            tags=args.platform.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _watch(self) -> None:
        def metric(title: str, name: str, statistic: str) -> Metric:
            return Metric(
                title=f"{self._name}: {title}",
                namespace="Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
                name=name,
                statistic=statistic,
                resource_id=self._endpoint.id,
            )

        slow = metric("time of a request, p99 (ms)", "RequestLatency_P99", "Average")
        self.metrics = [metric("requests a minute", "RequestsPerMinute", "Average"), slow]
        self.alerts = [
            alert(
                f"{self._name}-slow",
                slow,
                f"The slowest hundredth of scores takes longer than {self._args.latency_budget_ms:g} ms, its share of"
                " the promise: compare the CPU of the instances with the endpoint's limits on requests and bytes.",
                self._args.latency_budget_ms,
                self._args.platform,
                self,
            )
        ]
