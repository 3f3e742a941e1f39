"""The steps of one scoring run in Amazon States Language: newest approved version, model, transform, clean-up.

Pure: plain values and, where an id is not known before deployment, outputs. All that hardens a job (network, keys,
isolation) lies in here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pulumi

Value: TypeAlias = Any
"""A JSON value, or an output that becomes one."""

KEY_COLUMNS = 2
"""Columns that say what a row is about and are no features: the series and the day."""
ANSWERS = 3
"""Columns that the model answers with: the 10 %, 50 % and 90 % quantiles."""
LONGEST_RUN_SECONDS = 6 * 3600


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run is told. `name` has 20 characters at most: names of SageMaker jobs have 63, and a UUID is in them."""

    name: str
    group_name: Value
    role_arn: Value
    subnet_ids: Sequence[Value]
    security_group_id: Value
    key_arn: Value
    input_uri: Value
    """`s3://bucket/prefix` of the rows; those of a night lie below `date=<date>`."""
    output_bucket: Value
    output_prefix: str
    instance_type: str
    vcpus: int
    instances: Value


def definition(run: Run) -> Mapping[str, Value]:
    """The whole machine. Its input carries `date`, the business date of the run."""
    return {
        "StartAt": "Find version",
        "TimeoutSeconds": LONGEST_RUN_SECONDS,
        "States": {
            "Find version": _find_version(run),
            "Any version?": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.found.versions[0]", "IsPresent": True, "Next": "Find old answers"}],
                "Default": "No version",
            },
            "No version": {
                "Type": "Fail",
                "Error": "NoApprovedVersion",
                "Cause": "No version of the model is approved. Approve one in the registry and run the night again.",
            },
            **_clear(run),
            "Create model": _create_model(run),
            "Score": _score(run),
            "Delete model": {**_delete_model(), "End": True},
            "Delete model after failure": {**_delete_model(), "Next": "Not scored"},
            "Not scored": {"Type": "Fail", "Error": "NotScored", "CausePath": "$.failure.Cause"},
        },
    }


def _find_version(run: Run) -> Mapping[str, Value]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sagemaker:listModelPackages",
        "Parameters": {
            "ModelPackageGroupName": run.group_name,
            "ModelApprovalStatus": "Approved",
            "SortBy": "CreationTime",
            "SortOrder": "Descending",
            "MaxResults": 1,
        },
        "ResultSelector": {
            "versions.$": "$.ModelPackageSummaryList[*].ModelPackageArn",
            # New for each run: a repeated night must not meet the jobs of the one that failed.
            "model.$": f"States.Format('{run.name}-{{}}', States.UUID())",
        },
        "ResultPath": "$.found",
        "Retry": _retries(),
        "Next": "Any version?",
    }


def _clear(run: Run) -> Mapping[str, Value]:
    """Takes away what an earlier run of the same date has left.

    Answers are named after the files of the rows, which have new names when they are made anew: the old ones would stay
    beside them.
    """
    return {
        "Find old answers": {
            "Type": "Task",
            "QueryLanguage": "JSONata",
            "Resource": "arn:aws:states:::aws-sdk:s3:listObjectsV2",
            "Arguments": {
                "Bucket": run.output_bucket,
                "Prefix": "{% '" + run.output_prefix + "/date=' & $states.input.date & '/' %}",
            },
            "Output": "{% $merge([$states.input, {'old': [$states.result.Contents.{'Key': Key}]}]) %}",
            "Retry": _retries(),
            "Next": "Any old answers?",
        },
        "Any old answers?": {
            "Type": "Choice",
            "QueryLanguage": "JSONata",
            "Choices": [{"Condition": "{% $count($states.input.old) > 0 %}", "Next": "Delete old answers"}],
            "Default": "Create model",
        },
        "Delete old answers": {
            "Type": "Task",
            "QueryLanguage": "JSONata",
            "Resource": "arn:aws:states:::aws-sdk:s3:deleteObjects",
            "Arguments": {
                "Bucket": run.output_bucket,
                "Delete": {"Objects": "{% $states.input.old %}", "Quiet": True},
            },
            "Output": "{% $states.input %}",
            "Retry": _retries(),
            # A listing holds a thousand at most.
            "Next": "Find old answers",
        },
    }


def _create_model(run: Run) -> Mapping[str, Value]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createModel",
        "Parameters": {
            "ModelName.$": "$.found.model",
            "ExecutionRoleArn": run.role_arn,
            # No network and no credentials inside the container: rows come in and answers go out, by SageMaker's hand.
            "EnableNetworkIsolation": True,
            "VpcConfig": {"Subnets": list(run.subnet_ids), "SecurityGroupIds": [run.security_group_id]},
            "Containers": [{"ModelPackageName.$": "$.found.versions[0]"}],
        },
        "ResultPath": None,
        "Next": "Score",
    }


def _score(run: Run) -> Mapping[str, Value]:
    answers = ",".join(str(column) for column in (*range(KEY_COLUMNS), *range(-ANSWERS, 0)))
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createTransformJob.sync",
        "Parameters": {
            "TransformJobName.$": "$.found.model",
            "ModelName.$": "$.found.model",
            "BatchStrategy": "MultiRecord",
            "MaxConcurrentTransforms": run.vcpus,
            # About ten thousand rows: seconds of work, so that a retry costs seconds too.
            "MaxPayloadInMB": 1,
            "ModelClientConfig": {"InvocationsTimeoutInSeconds": 300, "InvocationsMaxRetries": 3},
            "TransformInput": {
                "DataSource": {
                    "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri.$": _of_date(run.input_uri)},
                },
                "ContentType": "text/csv",
                "SplitType": "Line",
            },
            # The model sees features alone; what a row is about is joined to its answer again.
            "DataProcessing": {
                "InputFilter": f"$[{KEY_COLUMNS}:]",
                "JoinSource": "Input",
                "OutputFilter": f"$[{answers}]",
            },
            "TransformOutput": {
                "S3OutputPath.$": _of_date(pulumi.Output.concat("s3://", run.output_bucket, f"/{run.output_prefix}")),
                "Accept": "text/csv",
                "AssembleWith": "Line",
                "KmsKeyId": run.key_arn,
            },
            "TransformResources": {
                "InstanceType": run.instance_type,
                "InstanceCount": run.instances,
                "VolumeKmsKeyId": run.key_arn,
            },
            "Tags": [{"Key": "model-version", "Value.$": "$.found.versions[0]"}],
        },
        "ResultPath": None,
        "Catch": [
            {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Delete model after failure"},
        ],
        "Next": "Delete model",
    }


def _delete_model() -> Mapping[str, Value]:
    """The job's record keeps the version in its tags; the model itself would only pile up, one a night."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sagemaker:deleteModel",
        "Parameters": {"ModelName.$": "$.found.model"},
        "ResultPath": None,
        "Retry": _retries(),
    }


def _of_date(uri: Value) -> Value:
    return uri.apply(lambda known: f"States.Format('{known}/date={{}}/', $.date)")


def _retries() -> Sequence[Mapping[str, Value]]:
    return [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 4, "BackoffRate": 2}]
