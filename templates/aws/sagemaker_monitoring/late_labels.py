"""Model Monitor on labels that come late: how well scores rank, and whether errors fall on some groups more than on
others.

What the monitors read of a captured request: `features` of its input by JMESPath, `score` of its output, and the label
that the daily job has written for its event id (`monitoring/late_labels.py` of its code). Neither has a baseline: an
alarm watches what they measure, and not a distance from the day of release.

The provider knows neither job definition, so they go through Cloud Control.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform
from ..hardened.jobs import provided_image
from ..hardened.monitoring import alarm
from .uploads import upload

PREPROCESSOR = "merged_preprocessor.py"
GROUND_TRUTH, QUALITY, GROUPS = "ground-truth", "quality", "groups"
"""Where labels and reports lie below the prefix of the component."""
DAILY = "cron(0 0 ? * * *)"
"""Model Monitor's clock is UTC, and so are the hours that requests are captured by: one run sees one whole day."""
DAYS_AFTER_MATURITY = 2
"""The daily job writes the labels of a day when it becomes mature; two days on it has done so in every time zone."""

Value: TypeAlias = Any
"""A JSON value, or an output that becomes one."""


@dataclass(frozen=True, kw_only=True)
class LateLabels:
    """What is watched, and how its jobs run."""

    name: str
    platform: Platform
    parent: pulumi.Resource
    required: Sequence[pulumi.Resource]
    """What has to exist before a job: the endpoint and the role's policies."""
    endpoint_name: str
    place: pulumi.Output[str]
    """The `s3://` address that labels are read and reports are written below."""
    label_delay_days: int
    step_up_score: float
    """Score from which a decision is not simply approved: what counts as stopped."""
    ranking_floor: float
    """Area under the ROC curve below which a person is called."""
    role_arn: pulumi.Output[str]
    instance_type: str
    subnet_ids: Sequence[pulumi.Output[str]]
    security_group_id: pulumi.Output[str]


def watch_quality(watched: LateLabels) -> tuple[aws.cloudwatch.MetricAlarm, Metric]:
    """A daily look at how scores rank mature labels.

    Negatives are sampled by curation, positives are not: accuracy and precision of such a sample say nothing, the area
    under the ROC curve is that of all requests.
    """
    text = Path(__file__).with_name(PREPROCESSOR).read_text(encoding="utf-8")
    script = upload(watched.name, "merged", PREPROCESSOR, text, watched.platform, watched.parent)
    specification = {
        "ImageUri": provided_image("sagemaker-model-monitor-analyzer"),
        "ProblemType": "BinaryClassification",
        "RecordPreprocessorSourceUri": script,
        "Environment": {"publish_cloudwatch_metrics": "Enabled"},
    }
    read = {"ProbabilityAttribute": "score", "ProbabilityThresholdAttribute": watched.step_up_score}
    schedule = _schedule(watched, "ModelQuality", QUALITY, specification, read)
    ranking = Metric(
        title=f"{watched.name}: area under the ROC curve on mature labels",
        namespace="aws/sagemaker/Endpoints/model-metrics",
        name="auc",
        statistic="Minimum",
        dimensions={"Endpoint": watched.endpoint_name, "MonitoringSchedule": schedule.name},
        period_seconds=86_400,
    )
    called = alarm(
        f"{watched.name}-ranking",
        ranking,
        f"For three days the scores have ranked mature labels worse than {watched.ranking_floor:g} (area under the ROC "
        "curve). Compare with the score's drift when those requests were scored; then look for fraud of a new kind, "
        "and retrain.",
        watched.ranking_floor,
        watched.platform,
        watched.parent,
        comparison="LessThanThreshold",
        # Of a sample a day holds few positives: a single bad day may be chance.
        periods=3,
    )
    return called, ranking


def watch_groups(watched: LateLabels, columns: Sequence[str]) -> None:
    """A daily look at error rates by the values of `columns`. Its report is read, and made into metrics, by the daily
    job: the values, by which Clarify's own metrics are told apart, are not known to a program.
    """
    configuration = json.dumps(group_configuration(columns), indent=1, sort_keys=True)
    file = "analysis_config.json"
    address = upload(watched.name, "groups", file, configuration, watched.platform, watched.parent)
    specification = {
        "ImageUri": provided_image("sagemaker-clarify-processing"),
        "ConfigUri": address,
        "Environment": {"publish_cloudwatch_metrics": "Enabled"},
    }
    read = {
        "FeaturesAttribute": f"[features.[{', '.join(json.dumps(column) for column in columns)}]]",
        "ProbabilityAttribute": "[score]",
        "ProbabilityThresholdAttribute": watched.step_up_score,
    }
    _schedule(watched, "ModelBias", GROUPS, specification, read)


def in_request(columns: Sequence[str]) -> Sequence[str]:
    """Those of the columns that a request carries and that tell groups apart: others, joined by curation or measured,
    are compared before registration only."""
    return [column for column in columns if column == "currency" or column.startswith("attribute_")]


def group_configuration(columns: Sequence[str]) -> Mapping[str, Any]:
    """What Clarify compares. Source: SageMaker developer guide, parameters to monitor bias drift."""
    return {
        # The last name is that of the label.
        "headers": [*columns, "label"],
        "label": "[label]",
        "label_values_or_threshold": [1],
        "facet": [{"name_or_index": column} for column in columns],
    }


def _schedule(
    watched: LateLabels, kind: str, part: str, specification: Mapping[str, Value], read: Mapping[str, Value]
) -> aws.sagemaker.MonitoringSchedule:
    content = {
        f"{kind}AppSpecification": specification,
        f"{kind}JobInput": {
            "EndpointInput": {**_endpoint_input(watched), **read},
            "GroundTruthS3Input": {"S3Uri": pulumi.Output.concat(watched.place, f"/{GROUND_TRUTH}")},
        },
        f"{kind}JobOutputConfig": _output(watched, part),
        **_job(watched),
    }
    # All properties are create-only: another content is another definition, which exists before the old one goes.
    text = pulumi.Output.json_dumps(content, sort_keys=True)
    prefix = f"{watched.platform.name}-{watched.name}-{part}"
    name = text.apply(lambda said: f"{prefix[:50]}-{hashlib.sha256(said.encode()).hexdigest()[:12]}")
    job = aws.cloudcontrol.Resource(
        f"{watched.name}-{part}",
        type_name=f"AWS::SageMaker::{kind}JobDefinition",
        desired_state=pulumi.Output.json_dumps({**content, "JobDefinitionName": name}, sort_keys=True),
        opts=pulumi.ResourceOptions(parent=watched.parent, depends_on=list(watched.required)),
    )
    return aws.sagemaker.MonitoringSchedule(
        f"{watched.name}-{part}",
        monitoring_schedule_config=aws.sagemaker.MonitoringScheduleMonitoringScheduleConfigArgs(
            monitoring_type=kind,
            monitoring_job_definition_name=name,
            schedule_config=aws.sagemaker.MonitoringScheduleMonitoringScheduleConfigScheduleConfigArgs(
                schedule_expression=DAILY
            ),
        ),
        opts=pulumi.ResourceOptions(parent=watched.parent, depends_on=[job]),
    )


def _endpoint_input(watched: LateLabels) -> Mapping[str, Value]:
    until = watched.label_delay_days + DAYS_AFTER_MATURITY
    return {
        "EndpointName": watched.endpoint_name,
        "LocalPath": "/opt/ml/processing/input/endpoint",
        "StartTimeOffset": f"-P{until + 1}D",
        "EndTimeOffset": f"-P{until}D",
    }


def _output(watched: LateLabels, part: str) -> Mapping[str, Value]:
    """With the records that were joined, below `merge/`: in the lake, whose retention they are under as well."""
    address = pulumi.Output.concat(watched.place, f"/{part}")
    written = {"S3Uri": address, "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}
    return {"KmsKeyId": watched.platform.keys.data, "MonitoringOutputs": [{"S3Output": written}]}


def _job(watched: LateLabels) -> Mapping[str, Value]:
    return {
        "RoleArn": watched.role_arn,
        "JobResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": watched.instance_type,
                "VolumeSizeInGB": 100,
                "VolumeKmsKeyId": watched.platform.keys.data,
            }
        },
        "NetworkConfig": {
            "EnableNetworkIsolation": True,
            "EnableInterContainerTrafficEncryption": True,
            "VpcConfig": {"SecurityGroupIds": [watched.security_group_id], "Subnets": list(watched.subnet_ids)},
        },
        # For joining and for measuring each, well before the next day.
        "StoppingCondition": {"MaxRuntimeInSeconds": 14_400},
    }
