"""Real-time endpoint on Amazon SageMaker AI: isolated model containers over three zones, released by canary.

Without a model package it is all that a model needs (role, path, image repository, logs, alarms) and no endpoint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, ModelRegistry, Network, ObjectStore, Platform, QuotaNeed, Workload
from ..hardened.connections import reach_s3, security_group
from ..hardened.identity import allow, service_role, statement
from ..hardened.jobs import image_repository, network_interfaces, pull_image
from ..hardened.monitoring import alarm, log_group
from ..hardened.planned_capacity import plan_minimums
from ..hardened.quotas import instances
from .release import CHALLENGER, approval_alarm, canary, shadow

# The same in every configuration: with another name SageMaker refuses the canary and alarms lose their metric.
VARIANT = "champion"
CONCURRENCY = "SageMakerVariantConcurrentRequestsPerModelHighResolution"


@dataclass(frozen=True, kw_only=True)
class SagemakerEndpointArgs:
    platform: Platform
    network: Network
    capture: ObjectStore
    """Where a sample of requests and replies goes, for drift and for replay."""
    instance_type: str
    vcpus: int
    """vCPU of one instance of that type: SageMaker reports CPU as their sum, 800 % for eight."""
    instances: int
    """Instances at peak, with one zone lost. At least two: one is no availability."""
    max_instances: int
    concurrent_requests: int
    """Requests in flight per instance that autoscaling steers for."""
    latency_budget_ms: float
    """Share of the decision's latency that the model may take at p99."""
    capture_percent: int
    planned_minimums: Sequence[str] = ()
    """Instances by the calendar, each `<cron(...) or at(...)> <time zone> <least>`: see `plan_minimums`."""
    registry: ModelRegistry | None = None
    """Where versions are registered that are trained here. None for a model that is brought: its image is pushed to a
    repository of the endpoint's own."""
    decided_by: str | None = None
    """Who asks the model and counts its decisions by outcome; None watches no approvals."""
    approval_rate_floor: float = 0.0
    """Share of decisions that approve below which a release is taken back."""
    shadow_instances: int = 0
    shadow_share: float = 0.0
    """Instances of a challenger, and the share of requests that it sees; nobody sees its answers."""
    model_package_arn: str | None = None
    """Approved model package. None until the first one: the endpoint does not exist then."""
    challenger_package_arn: str | None = None
    """Version that runs in the champion's shadow. The champion itself, while there is no other."""


class SagemakerEndpoint(pulumi.ComponentResource):
    """A `RealtimeEndpoint` with one production variant."""

    endpoint_name: str
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    quotas: Sequence[QuotaNeed]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: SagemakerEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:SagemakerEndpoint", name, None, opts)
        self._name, self._platform = name, args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        self.endpoint_name = f"{args.platform.name}-{name}"
        self._arn = pulumi.Output.format(
            "arn:aws:sagemaker:{0}:{1}:endpoint/{2}",
            args.platform.region,
            args.platform.account_id,
            self.endpoint_name.lower(),
        )
        role = service_role(name, "sagemaker.amazonaws.com", args.platform, self)
        self._group = security_group(name, args.network, "Model containers", self)
        workload = Workload(name=name, component=self, role=role, security_group_id=self._group.id)
        # SageMaker would make this group itself at the first request: unencrypted and kept for ever.
        logs = log_group(name, f"/aws/sagemaker/Endpoints/{self.endpoint_name}", args.platform, self)
        watched = self._watched()
        # A release runs both fleets for a while.
        self.quotas = [instances(args.instance_type, "endpoint usage", 2 * args.max_instances + args.shadow_instances)]
        self.metrics = list(watched.values())
        rollback = [*self._rollback_alarms(watched, args), *self._approvals(args)]
        self.alarms = [*rollback, *self._capacity_alarms(watched, args)]
        granted = [
            *args.capture.grant_write(workload, f"capture/{name}"),
            self._reach_objects(args.network),
            self._allow_service(workload, args, logs, rollback),
            *self._allow_model(workload, args),
        ]
        if args.model_package_arn is not None:
            self._go_live(args, args.model_package_arn, role, rollback, [*granted, logs])
        self.register_outputs({"endpoint_name": self.endpoint_name})

    def grant_invoke(self, caller: Workload) -> Sequence[pulumi.Resource]:
        return [
            allow(
                f"{caller.name}-invokes-{self._name}",
                caller,
                [statement(["sagemaker:InvokeEndpoint"], [self._arn])],
            )
        ]

    def _allow_model(self, workload: Workload, args: SagemakerEndpointArgs) -> Sequence[pulumi.Resource]:
        """The image and the artefacts of the versions that it may serve."""
        if args.registry is not None:
            return args.registry.grant_read(workload)
        repository = image_repository(self._name, args.platform, self)
        return [
            allow(f"{self._name}-model", workload, [*_read_model(args.platform, self._name), *pull_image(repository)])
        ]

    def _reach_objects(self, network: Network) -> aws.vpc.SecurityGroupEgressRule:
        """The only way out of the group: the download of the model and the upload of what is captured. The container
        itself is isolated and has no network at all."""
        return reach_s3(self._name, self._group.id, network, self)

    def _allow_service(
        self,
        workload: Workload,
        args: SagemakerEndpointArgs,
        logs: aws.cloudwatch.LogGroup,
        rollback: Sequence[aws.cloudwatch.MetricAlarm],
    ) -> aws.iam.RolePolicy:
        """What SageMaker does in the endpoint's name. No `logs:CreateLogGroup`: the group is declared here."""
        return allow(
            f"{self._name}-service",
            workload,
            [
                statement(["kms:DescribeKey"], [args.platform.keys.data]),
                # The volumes of its instances.
                statement(
                    ["kms:CreateGrant"], [args.platform.keys.data], {"Bool": {"kms:GrantIsForAWSResource": "true"}}
                ),
                statement(
                    ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    [pulumi.Output.concat(logs.arn, ":*")],
                ),
                # Metrics have no resource to name either; the condition takes its place.
                statement(
                    ["cloudwatch:PutMetricData"],
                    ["*"],
                    {"StringEquals": {"cloudwatch:namespace": ["/aws/sagemaker/Endpoints", "AWS/SageMaker"]}},
                ),
                # A canary asks for the state of its alarms in the role's name.
                statement(["cloudwatch:DescribeAlarms"], [alarm.arn for alarm in rollback]),
                *network_interfaces(args.platform, args.network, self._group),
            ],
        )

    def _watched(self) -> Mapping[str, Metric]:
        def metric(title: str, name: str, statistic: str, namespace: str = "AWS/SageMaker") -> Metric:
            dimensions = {"EndpointName": self.endpoint_name, "VariantName": VARIANT}
            return Metric(title=title, namespace=namespace, name=name, statistic=statistic, dimensions=dimensions)

        machine = "/aws/sagemaker/Endpoints"
        return {
            # Averages of errors are shares: SageMaker counts 0 or 1 for each invocation.
            "model-latency": metric("Model latency p99 (µs)", "ModelLatency", "p99"),
            "overhead-latency": metric("Overhead p99 (µs)", "OverheadLatency", "p99"),
            "errors-5xx": metric("Share of 5xx", "Invocation5XXErrors", "Average"),
            "errors-4xx": metric("Share of 4xx", "Invocation4XXErrors", "Average"),
            "model-errors": metric("Share of model errors", "InvocationModelErrors", "Average"),
            "invocations": metric("Invocations", "Invocations", "Sum"),
            "cpu": metric("CPU, sum over vCPU (%)", "CPUUtilization", "Average", machine),
            "memory": metric("Memory (%)", "MemoryUtilization", "Maximum", machine),
            "disk": metric("Disk (%)", "DiskUtilization", "Maximum", machine),
        }

    def _rollback_alarms(
        self, watched: Mapping[str, Metric], args: SagemakerEndpointArgs
    ) -> Sequence[aws.cloudwatch.MetricAlarm]:
        """What takes a release back. They exist before the endpoint: SageMaker refuses a deployment whose alarms do
        not exist or are not OK."""
        # SageMaker reports latencies in microseconds.
        slow = args.latency_budget_ms * 1000
        return self._alarms(
            watched,
            (
                "model-latency",
                slow,
                "The model takes longer than its share of the decision and rules decide instead. "
                "Look at the last release, then at CPU and requests in flight.",
            ),
            ("errors-5xx", 0.01, "More than 1 % of invocations fail. Look at the last release and its log."),
            ("model-errors", 0.01, "The model container answers with errors or too late. Look at the last release."),
        )

    def _approvals(self, args: SagemakerEndpointArgs) -> Sequence[aws.cloudwatch.MetricAlarm]:
        if args.decided_by is None:
            return []
        return [approval_alarm(self._name, args.decided_by, args.approval_rate_floor, args.platform, self)]

    def _capacity_alarms(
        self, watched: Mapping[str, Metric], args: SagemakerEndpointArgs
    ) -> Sequence[aws.cloudwatch.MetricAlarm]:
        slow = args.latency_budget_ms * 1000
        return self._alarms(
            watched,
            (
                "overhead-latency",
                slow,
                "SageMaker itself adds latency. Look at the interface endpoint and at payloads.",
            ),
            ("errors-4xx", 0.01, "Over 1 % of invocations are refused. Compare the caller with the model interface."),
            ("cpu", 80.0 * args.vcpus, "Instances run hot. Has autoscaling reached its maximum? Raise the size."),
            ("memory", 85.0, "Model containers are short of memory. Look for growth since the release."),
            ("disk", 75.0, "Disks fill up; beyond 75 % data capture stops. Look for what the container writes."),
        )

    def _alarms(
        self, watched: Mapping[str, Metric], *parts: tuple[str, float, str]
    ) -> Sequence[aws.cloudwatch.MetricAlarm]:
        return [
            alarm(f"{self._name}-{part}", watched[part], text, threshold, self._platform, self)
            for part, threshold, text in parts
        ]

    def _go_live(
        self,
        args: SagemakerEndpointArgs,
        model_package_arn: str,
        role: aws.iam.Role,
        rollback: Sequence[aws.cloudwatch.MetricAlarm],
        required: Sequence[pulumi.Resource],
    ) -> None:
        champion = self._model(self._name, args, model_package_arn, role, required)
        challenger = None
        if args.challenger_package_arn is not None:
            challenger = self._model(f"{self._name}-{CHALLENGER}", args, args.challenger_package_arn, role, required)
        endpoint = aws.sagemaker.Endpoint(
            self._name,
            name=self.endpoint_name,
            endpoint_config_name=self._configuration(args, champion, challenger).name,
            deployment_config=canary([made.name for made in rollback]),
            # Its alarms, its log group and its role's policies are in place before the first request.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*required, *rollback]),
        )
        self._scale(args, endpoint)

    def _model(
        self,
        name: str,
        args: SagemakerEndpointArgs,
        model_package_arn: str,
        role: aws.iam.Role,
        required: Sequence[pulumi.Resource],
    ) -> aws.sagemaker.Model:
        return aws.sagemaker.Model(
            name,
            execution_role_arn=role.arn,
            # No network and no credentials inside the container: what it is asked is all that it can know or tell.
            enable_network_isolation=True,
            primary_container=aws.sagemaker.ModelPrimaryContainerArgs(model_package_name=model_package_arn),
            vpc_config=aws.sagemaker.ModelVpcConfigArgs(
                subnets=args.network.app_subnet_ids, security_group_ids=[self._group.id]
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=required),
        )

    def _configuration(
        self, args: SagemakerEndpointArgs, champion: aws.sagemaker.Model, challenger: aws.sagemaker.Model | None
    ) -> aws.sagemaker.EndpointConfiguration:
        return aws.sagemaker.EndpointConfiguration(
            self._name,
            # No name of its own: an endpoint notices a new configuration only by a new, generated name.
            kms_key_arn=args.platform.keys.data,
            production_variants=[
                aws.sagemaker.EndpointConfigurationProductionVariantArgs(
                    variant_name=VARIANT,
                    model_name=champion.name,
                    instance_type=args.instance_type,
                    # Also the floor of autoscaling. Each release resets the fleet to this number, since the provider
                    # cannot retain the current one: a smaller number would scale in at peak.
                    initial_instance_count=args.instances,
                    initial_variant_weight=1,
                    enable_ssm_access=False,
                    routing_configs=[
                        aws.sagemaker.EndpointConfigurationProductionVariantRoutingConfigArgs(
                            routing_strategy="LEAST_OUTSTANDING_REQUESTS"
                        )
                    ],
                    container_startup_health_check_timeout_in_seconds=600,
                    model_data_download_timeout_in_seconds=600,
                )
            ],
            shadow_production_variants=None
            if challenger is None
            else [shadow(challenger, args.instance_type, args.shadow_instances, args.shadow_share)],
            data_capture_config=self._capture(args),
            opts=self._child,
        )

    def _capture(self, args: SagemakerEndpointArgs) -> aws.sagemaker.EndpointConfigurationDataCaptureConfigArgs:
        """A sample: all decisions are published by the caller, and capture at full rate fills the instances' disks."""
        return aws.sagemaker.EndpointConfigurationDataCaptureConfigArgs(
            enable_capture=True,
            initial_sampling_percentage=args.capture_percent,
            destination_s3_uri=pulumi.Output.concat("s3://", args.capture.bucket_name, f"/capture/{self._name}"),
            kms_key_id=args.platform.keys.data,
            capture_options=[
                aws.sagemaker.EndpointConfigurationDataCaptureConfigCaptureOptionArgs(capture_mode=mode)
                for mode in ("Input", "Output")
            ],
            capture_content_type_header=aws.sagemaker.EndpointConfigurationDataCaptureConfigCaptureContentTypeHeaderArgs(
                json_content_types=["application/json"]
            ),
        )

    def _scale(self, args: SagemakerEndpointArgs, endpoint: aws.sagemaker.Endpoint) -> None:
        target = aws.appautoscaling.Target(
            self._name,
            service_namespace="sagemaker",
            scalable_dimension="sagemaker:variant:DesiredInstanceCount",
            resource_id=pulumi.Output.concat("endpoint/", endpoint.name, f"/variant/{VARIANT}"),
            min_capacity=args.instances,
            max_capacity=args.max_instances,
            opts=self._child,
        )
        aws.appautoscaling.Policy(
            self._name,
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            # Left out it would be StepScaling, and the configuration below would be ignored.
            policy_type="TargetTrackingScaling",
            target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                target_value=args.concurrent_requests,
                predefined_metric_specification=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                    # Every ten seconds instead of every minute: an instance needs minutes to start as it is.
                    predefined_metric_type=CONCURRENCY
                ),
                scale_out_cooldown=30,
                scale_in_cooldown=300,
            ),
            opts=self._child,
        )
        plan_minimums(self._name, args.planned_minimums, target, args.max_instances, self)


def _read_model(platform: Platform, name: str) -> Sequence[Mapping[str, Any]]:
    """The artefact of a model that is brought, below `models/<name>/` in the artefacts bucket."""
    bucket = pulumi.Output.concat("arn:aws:s3:::", platform.artefacts_bucket)
    return [
        statement(["s3:GetObject", "s3:GetObjectVersion"], [pulumi.Output.concat(bucket, f"/models/{name}/*")]),
        statement(["s3:ListBucket"], [bucket], {"StringLike": {"s3:prefix": [f"models/{name}/*"]}}),
        statement(
            ["kms:Decrypt"],
            [platform.keys.data],
            {"StringEquals": {"kms:ViaService": f"s3.{platform.region}.amazonaws.com"}},
        ),
    ]
