"""The training pipeline as SageMaker reads it: prepare, train, evaluate, compare groups, baseline, decide, register.

Pure: plain values and, where an id is not known before deployment, outputs; `pulumi.Output.json_dumps` writes it. All
that hardens a job (network, keys, isolation, encryption between containers) lies in this JSON and nowhere else.
Source: SageMaker pipeline definition schema, version 2020-12-01.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""A JSON value, or an output that becomes one."""

WORK = "/opt/ml/processing"
RUN = {"Get": "Execution.PipelineExecutionId"}
IMAGE_DIGEST = "ImageDigest"
"""Parameter of a run. It has no default before the first release: the first version is trained by naming an image."""
SERVED_ON = ["ml.c6i.2xlarge", "ml.c6i.4xlarge", "ml.m5.4xlarge"]
"""Instance types that a version may be served on, as the registry asks for them."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where jobs run and what they are given."""

    role_arn: Value
    subnet_ids: Sequence[Value]
    security_group_id: Value
    key_arn: Value
    image_repository: Value
    """Of the model image, which prepares, trains, evaluates and serves."""
    image_digest: str | None
    """`sha256:...` of the image that a scheduled run takes; None where every run has to name one."""
    analyzer_image: Value
    """Model Monitor's image, which takes the baseline of the training data."""
    clarify_image: Value
    data_uri: Value
    """Curated data: `s3://bucket/prefix`."""
    workspace_uri: Value
    """Data sets of single runs, which expire."""
    artefacts_uri: Value
    """What belongs to a version, which does not expire."""
    configuration_uri: Value
    """Object that tells Clarify what to compare."""

    @property
    def image(self) -> Value:
        """The image by digest: a tag could be moved to another one between two steps."""
        return {"Std:Join": {"On": "@", "Values": [self.image_repository, {"Get": f"Parameters.{IMAGE_DIGEST}"}]}}


@dataclass(frozen=True, kw_only=True)
class Learning:
    """What is learnt and how large a job that is. Times in seconds."""

    task: str
    parameters: Mapping[str, str]
    """Environment of prepare and evaluate, and hyperparameters of train, all text."""
    instance_type: str
    volume_gb: int
    max_runtime_seconds: int
    group_name: Value
    gates: Sequence[tuple[str, str, float]]
    """What a version has to reach to be registered: (figure in evaluation.json, condition of the schema, value)."""
    bias_columns: Sequence[str] = ()
    """Columns whose groups are compared; none of them means no comparison."""


def definition(place: Place, learning: Learning) -> Mapping[str, Value]:
    """The whole definition as a JSON value."""
    steps = [_prepare(place, learning), _train(place, learning), _evaluate(place, learning), _baseline(place, learning)]
    if learning.bias_columns:
        steps.append(_compare_groups(place, learning))
    image = {"Name": IMAGE_DIGEST, "Type": "String"}
    if place.image_digest is not None:
        image["DefaultValue"] = place.image_digest
    return {
        "Version": "2020-12-01",
        "Metadata": {},
        "Parameters": [image],
        "Steps": [*steps, _decide(place, learning)],
    }


def clarify_configuration(columns: Sequence[str]) -> Mapping[str, Any]:
    """What Clarify compares: labels, and decisions at the chosen threshold, by group. It needs no hosted model, since
    evaluation has scored the rows already. Source: SageMaker Clarify, analysis configuration files."""
    return {
        "dataset_type": "text/csv",
        "headers": ["label", *columns],
        "label": "label",
        "label_values_or_threshold": [1],
        "predicted_label_dataset_uri": f"{WORK}/input/predicted",
        "predicted_label_headers": ["predicted"],
        "predicted_label": "predicted",
        "facet": [{"name_or_index": column} for column in columns],
        "methods": {
            "pre_training_bias": {"methods": "all"},
            "post_training_bias": {"methods": "all"},
            "report": {"name": "report", "title": "Error rates by group"},
        },
    }


def _prepare(place: Place, learning: Learning) -> Mapping[str, Value]:
    return _processing(
        place,
        learning,
        "Prepare",
        place.image,
        arguments=["prepare"],
        inputs=[_input("data", place.data_uri, f"{WORK}/input/data")],
        outputs=[_output(each, _of_run(place.workspace_uri, each)) for each in ("train", "validation", "test")],
        # The age of a label counts from the start of the run, so that a step that is repeated sees the same data.
        environment={**learning.parameters, "AS_OF": {"Get": "Execution.StartDateTime"}},
    )


def _train(place: Place, learning: Learning) -> Mapping[str, Value]:
    return {
        "Name": "Train",
        "Type": "Training",
        "Arguments": {
            "AlgorithmSpecification": {"TrainingImage": place.image, "TrainingInputMode": "File"},
            "RoleArn": place.role_arn,
            "HyperParameters": dict(learning.parameters),
            "InputDataConfig": [_channel(each) for each in ("train", "validation")],
            "OutputDataConfig": {"S3OutputPath": place.artefacts_uri, "KmsKeyId": place.key_arn},
            "ResourceConfig": _cluster(place, learning),
            "VpcConfig": {"SecurityGroupIds": [place.security_group_id], "Subnets": list(place.subnet_ids)},
            "EnableNetworkIsolation": True,
            "EnableInterContainerTrafficEncryption": True,
            # Spot capacity can be taken back at any time: training goes on from the last checkpoint of this run.
            "EnableManagedSpotTraining": True,
            "CheckpointConfig": {
                "S3Uri": _of_run(place.workspace_uri, "checkpoints"),
                "LocalPath": "/opt/ml/checkpoints",
            },
            "StoppingCondition": {
                "MaxRuntimeInSeconds": learning.max_runtime_seconds,
                # Running and waiting for capacity together; SageMaker refuses less than the runtime.
                "MaxWaitTimeInSeconds": 2 * learning.max_runtime_seconds,
            },
        },
        "RetryPolicies": _retries("SageMaker.CAPACITY_ERROR", "SageMaker.JOB_INTERNAL_ERROR"),
    }


def _evaluate(place: Place, learning: Learning) -> Mapping[str, Value]:
    step = _processing(
        place,
        learning,
        "Evaluate",
        place.image,
        arguments=["evaluate"],
        inputs=[
            _input("model", {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}, f"{WORK}/input/model"),
            _input("test", _made("Prepare", "test"), f"{WORK}/input/test"),
        ],
        outputs=[
            _output("evaluation", _of_run(place.artefacts_uri, "evaluation")),
            _output("features", _of_run(place.workspace_uri, "features")),
            _output("labels", _of_run(place.workspace_uri, "labels")),
            _output("predicted", _of_run(place.workspace_uri, "predicted")),
        ],
        environment={**learning.parameters, "BIAS_COLUMNS": ",".join(learning.bias_columns)},
    )
    report = {"PropertyFileName": "Report", "OutputName": "evaluation", "FilePath": "evaluation.json"}
    return {**step, "PropertyFiles": [report]}


def _baseline(place: Place, learning: Learning) -> Mapping[str, Value]:
    """Statistics and constraints of the features, which the monitor compares live requests with."""
    return _processing(
        place,
        learning,
        "Baseline",
        place.analyzer_image,
        arguments=None,
        inputs=[_input("features", _made("Evaluate", "features"), f"{WORK}/input/features")],
        outputs=[_output("baseline", _of_run(place.artefacts_uri, "baseline"))],
        environment={
            "dataset_format": '{"csv": {"header": true, "output_columns_position": "START"}}',
            "dataset_source": f"{WORK}/input/features",
            "output_path": f"{WORK}/output/baseline",
            "publish_cloudwatch_metrics": "Disabled",
        },
    )


def _compare_groups(place: Place, learning: Learning) -> Mapping[str, Value]:
    return _processing(
        place,
        learning,
        "CompareGroups",
        place.clarify_image,
        arguments=None,
        inputs=[
            _input("dataset", _made("Evaluate", "labels"), f"{WORK}/input/data"),
            _input("predicted", _made("Evaluate", "predicted"), f"{WORK}/input/predicted"),
            _input("analysis_config", place.configuration_uri, f"{WORK}/input/config"),
        ],
        outputs=[_output("analysis_result", _of_run(place.artefacts_uri, "groups"), f"{WORK}/output")],
        environment={},
    )


def _decide(place: Place, learning: Learning) -> Mapping[str, Value]:
    """A version that misses a gate is not registered, and the run fails, so that a person looks at it."""
    conditions = [
        {
            "Type": condition,
            "LeftValue": {
                "Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"}, "Path": figure}
            },
            "RightValue": value,
        }
        for figure, condition, value in learning.gates
    ]
    missed = "The model misses a gate: " + ", ".join(f"{figure} {value:g}" for figure, _, value in learning.gates)
    waits = ["Baseline", *(["CompareGroups"] if learning.bias_columns else [])]
    return {
        "Name": "GoodEnough",
        "Type": "Condition",
        "DependsOn": waits,
        "Arguments": {
            "Conditions": conditions,
            "IfSteps": [_register(place, learning)],
            "ElseSteps": [{"Name": "Refuse", "Type": "Fail", "Arguments": {"ErrorMessage": missed}}],
        },
    }


def _register(place: Place, learning: Learning) -> Mapping[str, Value]:
    def report(name: str, *parts: str) -> Mapping[str, Value]:
        return {"ContentType": "application/json", "S3Uri": _of_run(place.artefacts_uri, name, *parts)}

    metrics: dict[str, Value] = {
        "ModelQuality": {"Statistics": report("evaluation", "evaluation.json")},
        "ModelDataQuality": {
            "Statistics": report("baseline", "statistics.json"),
            "Constraints": report("baseline", "constraints.json"),
        },
        "Explainability": {"Report": report("evaluation", "importance.json")},
    }
    if learning.bias_columns:
        metrics["Bias"] = {"Report": report("groups", "analysis.json")}
    container = {"Image": place.image, "ModelDataUrl": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}}
    return {
        "Name": "Register",
        "Type": "RegisterModel",
        "Arguments": {
            "ModelPackageGroupName": learning.group_name,
            # Never approved by a machine: the approval is a person's, and it is what releases.
            "ModelApprovalStatus": "PendingManualApproval",
            "ModelMetrics": metrics,
            "InferenceSpecification": {
                "Containers": [container],
                "SupportedContentTypes": ["application/json", "text/csv"],
                "SupportedResponseMIMETypes": ["application/json", "text/csv"],
                "SupportedRealtimeInferenceInstanceTypes": SERVED_ON,
                "SupportedTransformInstanceTypes": SERVED_ON,
            },
            "CustomerMetadataProperties": {
                "task": learning.task,
                "run": RUN,
                "baseline": _of_run(place.artefacts_uri, "baseline"),
                "evaluation": _of_run(place.artefacts_uri, "evaluation"),
            },
        },
    }


def _processing(
    place: Place,
    learning: Learning,
    name: str,
    image: Value,
    *,
    arguments: Sequence[str] | None,
    inputs: Sequence[Mapping[str, Value]],
    outputs: Sequence[Mapping[str, Value]],
    environment: Mapping[str, Value],
) -> Mapping[str, Value]:
    """A processing job of one instance. `arguments` None keeps the image's own entry point."""
    specification: dict[str, Value] = {"ImageUri": image}
    if arguments is not None:
        specification |= {"ContainerEntrypoint": ["python", "-m", "training"], "ContainerArguments": list(arguments)}
    return {
        "Name": name,
        "Type": "Processing",
        "Arguments": {
            "ProcessingResources": {"ClusterConfig": _cluster(place, learning)},
            "AppSpecification": specification,
            "RoleArn": place.role_arn,
            "ProcessingInputs": list(inputs),
            "ProcessingOutputConfig": {"Outputs": list(outputs), "KmsKeyId": place.key_arn},
            "Environment": dict(environment),
            "NetworkConfig": {
                # Isolated: no network and no credentials in the container, so it can neither fetch nor send.
                "EnableNetworkIsolation": True,
                "EnableInterContainerTrafficEncryption": True,
                "VpcConfig": {"SecurityGroupIds": [place.security_group_id], "Subnets": list(place.subnet_ids)},
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": learning.max_runtime_seconds},
        },
        "RetryPolicies": _retries("SageMaker.CAPACITY_ERROR", "SageMaker.JOB_INTERNAL_ERROR"),
    }


def _cluster(place: Place, learning: Learning) -> Mapping[str, Value]:
    return {
        "InstanceCount": 1,
        "InstanceType": learning.instance_type,
        "VolumeSizeInGB": learning.volume_gb,
        "VolumeKmsKeyId": place.key_arn,
    }


def _retries(*errors: str) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "ExceptionType": list(errors),
            "IntervalSeconds": 60,
            "BackoffRate": 2.0,
            "MaxAttempts": 3,
        }
    ]


def _channel(name: str) -> Mapping[str, Value]:
    source = {"S3DataType": "S3Prefix", "S3Uri": _made("Prepare", name), "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "ContentType": "application/x-parquet", "DataSource": {"S3DataSource": source}}


def _input(name: str, uri: Value, path: str) -> Mapping[str, Value]:
    source = {
        "S3Uri": uri,
        "LocalPath": path,
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
        "S3DataDistributionType": "FullyReplicated",
        "S3CompressionType": "None",
    }
    return {"InputName": name, "AppManaged": False, "S3Input": source}


def _output(name: str, uri: Value, path: str | None = None) -> Mapping[str, Value]:
    target = {"S3Uri": uri, "LocalPath": path or f"{WORK}/output/{name}", "S3UploadMode": "EndOfJob"}
    return {"OutputName": name, "AppManaged": False, "S3Output": target}


def _made(step: str, output: str) -> Mapping[str, str]:
    return {"Get": f"Steps.{step}.ProcessingOutputConfig.Outputs['{output}'].S3Output.S3Uri"}


def _of_run(uri: Value, *parts: str) -> Mapping[str, Value]:
    """`<uri>/<execution>/<parts>`: what one run makes stays together."""
    return {"Std:Join": {"On": "/", "Values": [uri, RUN, *parts]}}
