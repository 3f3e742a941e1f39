"""Extract the constraints that programs are held against from a published package into `archgen/proof/tables/`.

Run it with the Python of a throw-away environment that has cfn-lint, and nothing of this project:

    python3 -m venv /tmp/extract && /tmp/extract/bin/pip install cfn-lint==1.58.0
    /tmp/extract/bin/python scripts/extract_tables.py

Each table says which version it comes from and of which date the data is. What a table lacks is not checked.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cfnlint  # ty: ignore[import-not-found]: it is in the throw-away environment only

TABLES = Path(__file__).parents[1] / "archgen" / "proof" / "tables"
SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"
REGION = "us-east-1"
"""Where every type exists; the constraints of a property are the same in all regions."""
KEPT = ("pattern", "minLength", "maxLength", "minimum", "maximum", "enum")
DEEPEST = 8

# Pulumi type -> (CloudFormation type, CloudFormation property that holds the physical name, Pulumi input of the name)
TYPES: Mapping[str, tuple[str, str | None, str | None]] = {
    "aws:appautoscaling/target:Target": ("AWS::ApplicationAutoScaling::ScalableTarget", None, None),
    "aws:cloudtrail/trail:Trail": ("AWS::CloudTrail::Trail", "TrailName", "name"),
    "aws:cloudwatch/eventBus:EventBus": ("AWS::Events::EventBus", "Name", "name"),
    "aws:cloudwatch/eventRule:EventRule": ("AWS::Events::Rule", "Name", "name"),
    "aws:cloudwatch/logGroup:LogGroup": ("AWS::Logs::LogGroup", "LogGroupName", "name"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("AWS::CloudWatch::Alarm", "AlarmName", "name"),
    "aws:dynamodb/table:Table": ("AWS::DynamoDB::Table", "TableName", "name"),
    "aws:ecr/repository:Repository": ("AWS::ECR::Repository", "RepositoryName", "name"),
    "aws:ecs/service:Service": ("AWS::ECS::Service", "ServiceName", "name"),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        "AWS::ElastiCache::ReplicationGroup",
        "ReplicationGroupId",
        "replicationGroupId",
    ),
    "aws:iam/role:Role": ("AWS::IAM::Role", "RoleName", "name"),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (
        "AWS::KinesisFirehose::DeliveryStream",
        "DeliveryStreamName",
        "name",
    ),
    "aws:kinesis/stream:Stream": ("AWS::Kinesis::Stream", "Name", "name"),
    "aws:kinesisanalyticsv2/application:Application": (
        "AWS::KinesisAnalyticsV2::Application",
        "ApplicationName",
        "name",
    ),
    "aws:kms/alias:Alias": ("AWS::KMS::Alias", "AliasName", "name"),
    "aws:kms/key:Key": ("AWS::KMS::Key", None, None),
    "aws:lambda/function:Function": ("AWS::Lambda::Function", "FunctionName", "name"),
    "aws:lb/loadBalancer:LoadBalancer": ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name", "name"),
    "aws:lb/targetGroup:TargetGroup": ("AWS::ElasticLoadBalancingV2::TargetGroup", "Name", "name"),
    "aws:pipes/pipe:Pipe": ("AWS::Pipes::Pipe", "Name", "name"),
    "aws:s3/bucket:Bucket": ("AWS::S3::Bucket", "BucketName", "bucket"),
    "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": (
        "AWS::SageMaker::DataQualityJobDefinition",
        "JobDefinitionName",
        "name",
    ),
    "aws:sagemaker/endpoint:Endpoint": ("AWS::SageMaker::Endpoint", "EndpointName", "name"),
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": (
        "AWS::SageMaker::EndpointConfig",
        "EndpointConfigName",
        "name",
    ),
    "aws:sagemaker/featureGroup:FeatureGroup": ("AWS::SageMaker::FeatureGroup", "FeatureGroupName", "featureGroupName"),
    "aws:sagemaker/model:Model": ("AWS::SageMaker::Model", "ModelName", "name"),
    "aws:sagemaker/modelPackageGroup:ModelPackageGroup": (
        "AWS::SageMaker::ModelPackageGroup",
        "ModelPackageGroupName",
        "modelPackageGroupName",
    ),
    "aws:sagemaker/monitoringSchedule:MonitoringSchedule": (
        "AWS::SageMaker::MonitoringSchedule",
        "MonitoringScheduleName",
        "name",
    ),
    "aws:sagemaker/pipeline:Pipeline": ("AWS::SageMaker::Pipeline", "PipelineName", "pipelineName"),
    "aws:scheduler/schedule:Schedule": ("AWS::Scheduler::Schedule", "Name", "name"),
    "aws:secretsmanager/secret:Secret": ("AWS::SecretsManager::Secret", "Name", "name"),
    "aws:sfn/stateMachine:StateMachine": ("AWS::StepFunctions::StateMachine", "StateMachineName", "name"),
    "aws:sns/topic:Topic": ("AWS::SNS::Topic", "TopicName", "name"),
    "aws:sqs/queue:Queue": ("AWS::SQS::Queue", "QueueName", "name"),
}


def main() -> None:
    """Write both tables."""
    version = importlib.metadata.version("cfn-lint")
    date = json.loads((SCHEMAS / "version.json").read_text(encoding="utf-8"))["schema_date"][:10]
    head = {"source": f"cfn-lint {version} (MIT-0), CloudFormation resource schemas of AWS", "date": date}
    _write("aws_constraints", head | {"types": dict(_types())})
    _write("sagemaker_instance_types", head | {"regions": _instance_types()})


def _types() -> Iterator[tuple[str, Any]]:
    hashes = json.loads((SCHEMAS / "providers" / f"{REGION}.json").read_text(encoding="utf-8"))
    for pulumi, (cloudformation, name, name_input) in sorted(TYPES.items()):
        schema = json.loads((SCHEMAS / "resources" / f"{hashes[cloudformation]}.json").read_text(encoding="utf-8"))
        row: dict[str, Any] = {"resource": cloudformation}
        if name is not None:
            row["name"] = {"input": name_input} | _kept(_resolved(schema["properties"][name], schema))
        found = dict(_constraints(schema, schema, "", 0))
        row["properties"] = {path: found[path] for path in sorted(found) if path != (name or "").lower()}
        yield pulumi, row


def _constraints(
    node: Mapping[str, Any], schema: Mapping[str, Any], path: str, depth: int
) -> Iterator[tuple[str, Any]]:
    """(path in lower case, constraints) of each property; `[]` after a list."""
    node = _resolved(node, schema)
    kept = _kept(node)
    if path and kept:
        yield path, kept
    if depth > DEEPEST:
        return
    if isinstance(node.get("items"), dict):
        yield from _constraints(node["items"], schema, f"{path}[]", depth + 1)
    for name, each in (node.get("properties") or {}).items():
        yield from _constraints(each, schema, f"{path}.{name.lower()}".lstrip("."), depth + 1)


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = node.get("$ref", "")
    return schema["definitions"][reference.rpartition("/")[2]] if reference.startswith("#/definitions/") else node


def _kept(node: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: node[key] for key in KEPT if key in node}
    if "pattern" in kept and not _compiles(kept["pattern"]):
        del kept["pattern"]
    if "enum" in kept:
        kept["enum"] = sorted(kept["enum"], key=str)
    return kept


def _compiles(pattern: str) -> bool:
    """Whether Python reads the pattern as JSON Schema means it: it has no Unicode classes of the form `\\p{L}`."""
    try:
        re.compile(pattern)
    except re.error:
        return False
    return r"\p" not in pattern


def _instance_types() -> dict[str, dict[str, list[str]]]:
    """Use -> region -> instance types."""
    found: dict[str, dict[str, list[str]]] = {}
    for use in ("hosting", "processing", "transform"):
        file = SCHEMAS / "extensions" / f"aws_sagemaker_{use}" / "instancetype_enum.json"
        content = json.loads(file.read_text(encoding="utf-8"))
        found[use] = {region: sorted(row["enum"]) for region, row in sorted(content.items()) if "-" in region}
    return found


def _write(name: str, content: Any) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    text = re.sub(r"\[\s+[^][{}]*?\s+\]", lambda found: re.sub(r"\s+", " ", found[0]), text)
    (TABLES / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
