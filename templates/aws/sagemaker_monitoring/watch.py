"""The daily job as a pipeline of one step: SageMaker then names its runs, counts failures and retries for capacity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""A JSON value, or an output that becomes one."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What the job is and what it is told."""

    role_arn: Value
    image: Value
    instance_type: str
    subnet_ids: Sequence[Value]
    security_group_id: Value
    key_arn: Value
    environment: Mapping[str, Value]


def definition(watch: Watch) -> Mapping[str, Value]:
    """The pipeline's definition as a JSON value. Source: SageMaker pipeline definition schema, version 2020-12-01."""
    step = {
        "Name": "Watch",
        "Type": "Processing",
        "Arguments": {
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": 1,
                    "InstanceType": watch.instance_type,
                    "VolumeSizeInGB": 30,
                    "VolumeKmsKeyId": watch.key_arn,
                }
            },
            "AppSpecification": {"ImageUri": watch.image},
            "RoleArn": watch.role_arn,
            # A repeated step looks at the same day.
            "Environment": {**watch.environment, "AS_OF": {"Get": "Execution.StartDateTime"}},
            "NetworkConfig": {
                # Not isolated: it chooses the objects of its days itself, among years of them, and has no way out of
                # the network but the endpoints of S3, CloudWatch and KMS.
                "EnableNetworkIsolation": False,
                "EnableInterContainerTrafficEncryption": True,
                "VpcConfig": {"SecurityGroupIds": [watch.security_group_id], "Subnets": list(watch.subnet_ids)},
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 7200},
        },
        "RetryPolicies": [
            {
                "ExceptionType": ["SageMaker.CAPACITY_ERROR", "SageMaker.JOB_INTERNAL_ERROR"],
                "IntervalSeconds": 60,
                "BackoffRate": 2.0,
                "MaxAttempts": 3,
            }
        ],
    }
    return {"Version": "2020-12-01", "Metadata": {}, "Parameters": [], "Steps": [step]}
