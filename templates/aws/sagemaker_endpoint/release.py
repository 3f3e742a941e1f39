"""How a release is tried: a challenger in the champion's shadow, a canary, and what takes it back."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform
from ..hardened.monitoring import share_alarm

CHALLENGER = "challenger"
CANARY_PERCENT = 10
BAKE_SECONDS = 600


def approval_alarm(
    name: str, decided_by: str, floor: float, platform: Platform, parent: pulumi.Resource
) -> aws.cloudwatch.MetricAlarm:
    """A release that turns good customers away is taken back, however fast and faultless it answers.

    `decided_by` is the component that asks the model and counts its decisions by outcome.
    """

    def decisions(**dimensions: str) -> Metric:
        return Metric(
            title="Decisions",
            namespace=f"archgen/{platform.name}",
            name="Decisions",
            statistic="Sum",
            dimensions={"Component": decided_by, **dimensions},
        )

    return share_alarm(
        f"{name}-approvals",
        [decisions(Outcome="approve", DecidedBy=decider) for decider in ("model", "rules")],
        decisions(),
        f"Fewer than {floor:.0%} of the decisions approve. A release that runs is taken back: compare its scores with "
        "the version before. Without one look for an attack, or for a feature that has gone wrong.",
        floor,
        platform,
        parent,
    )


def shadow(
    challenger: aws.sagemaker.Model, instance_type: str, instances: int, share: float
) -> aws.sagemaker.EndpointConfigurationShadowProductionVariantArgs:
    """The challenger gets copies of a share of the requests; its answers are captured and never returned."""
    return aws.sagemaker.EndpointConfigurationShadowProductionVariantArgs(
        variant_name=CHALLENGER,
        model_name=challenger.name,
        instance_type=instance_type,
        initial_instance_count=instances,
        # Against the champion's weight of 1.
        initial_variant_weight=share,
        enable_ssm_access=False,
        container_startup_health_check_timeout_in_seconds=600,
        model_data_download_timeout_in_seconds=600,
    )


def canary(alarm_names: Sequence[pulumi.Input[str]]) -> aws.sagemaker.EndpointDeploymentConfigArgs:
    """A tenth of the traffic first, the rest when no alarm rose meanwhile. Needs twice the instances while it runs."""
    return aws.sagemaker.EndpointDeploymentConfigArgs(
        auto_rollback_configuration=aws.sagemaker.EndpointDeploymentConfigAutoRollbackConfigurationArgs(
            alarms=[
                aws.sagemaker.EndpointDeploymentConfigAutoRollbackConfigurationAlarmArgs(alarm_name=name)
                for name in alarm_names
            ]
        ),
        blue_green_update_policy=aws.sagemaker.EndpointDeploymentConfigBlueGreenUpdatePolicyArgs(
            traffic_routing_configuration=aws.sagemaker.EndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfigurationArgs(
                type="CANARY",
                canary_size=aws.sagemaker.EndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfigurationCanarySizeArgs(
                    type="CAPACITY_PERCENT", value=CANARY_PERCENT
                ),
                wait_interval_in_seconds=BAKE_SECONDS,
            ),
            termination_wait_in_seconds=BAKE_SECONDS,
            maximum_execution_timeout_in_seconds=7200,
        ),
    )
