"""Extract the constraints that programs are held against from published packages into `archgen/proof/tables/`.

Run it with the Python of a throw-away environment that has these packages, and nothing of this project:

    python3 -m venv /tmp/extract
    /tmp/extract/bin/pip install cfn-lint==1.58.0 botocore==1.44.5 google-api-python-client==2.202.0
    /tmp/extract/bin/python scripts/extract_tables.py

Each table says which version it comes from and of which date the data is. What a table lacks is not checked.
"""

from __future__ import annotations

import gzip
import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parents[1] / "archgen" / "proof" / "tables"


def _package(name: str) -> Path:
    """The folder of a package of the throw-away environment."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise SystemExit(f"{name} is not installed: see the head of this file")
    return Path(found.origin).parent


SCHEMAS = _package("cfnlint") / "data" / "schemas"
SERVICES = _package("botocore") / "data"
DISCOVERY = _package("googleapiclient") / "discovery_cache" / "documents"
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

# Pulumi type -> (discovery document, schema of the resource)
GOOGLE_TYPES: Mapping[str, tuple[str, str]] = {
    "gcp:artifactregistry/repository:Repository": ("artifactregistry.v1", "Repository"),
    "gcp:bigquery/dataset:Dataset": ("bigquery.v2", "Dataset"),
    "gcp:bigquery/table:Table": ("bigquery.v2", "Table"),
    "gcp:cloudrunv2/service:Service": ("run.v2", "GoogleCloudRunV2Service"),
    "gcp:cloudrunv2/workerPool:WorkerPool": ("run.v2", "GoogleCloudRunV2WorkerPool"),
    "gcp:compute/address:Address": ("compute.v1", "Address"),
    "gcp:compute/firewall:Firewall": ("compute.v1", "Firewall"),
    "gcp:compute/regionBackendService:RegionBackendService": ("compute.v1", "BackendService"),
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": ("compute.v1", "NetworkEndpointGroup"),
    "gcp:compute/regionSslPolicy:RegionSslPolicy": ("compute.v1", "SslPolicy"),
    "gcp:compute/subnetwork:Subnetwork": ("compute.v1", "Subnetwork"),
    "gcp:dns/managedZone:ManagedZone": ("dns.v1", "ManagedZone"),
    "gcp:kms/cryptoKey:CryptoKey": ("cloudkms.v1", "CryptoKey"),
    "gcp:monitoring/alertPolicy:AlertPolicy": ("monitoring.v3", "AlertPolicy"),
    "gcp:monitoring/metricDescriptor:MetricDescriptor": ("monitoring.v3", "MetricDescriptor"),
    "gcp:pubsub/schema:Schema": ("pubsub.v1", "Schema"),
    "gcp:pubsub/subscription:Subscription": ("pubsub.v1", "Subscription"),
    "gcp:pubsub/topic:Topic": ("pubsub.v1", "Topic"),
    "gcp:secretmanager/secret:Secret": ("secretmanager.v1", "Secret"),
    "gcp:vertex/aiEndpoint:AiEndpoint": ("aiplatform.v1", "GoogleCloudAiplatformV1Endpoint"),
    "gcp:vertex/aiFeatureOnlineStore:AiFeatureOnlineStore": (
        "aiplatform.v1",
        "GoogleCloudAiplatformV1FeatureOnlineStore",
    ),
    "gcp:workflows/workflow:Workflow": ("workflows.v1", "Workflow"),
}
# What the provider writes otherwise than the API: an empty text for no scheme.
GOOGLE_LEFT_OUT = frozenset({"loadbalancingscheme"})
# SageMaker use -> botocore's enumeration, where cfn-lint has no table per region
EVERYWHERE = {"training": "TrainingInstanceType"}


def main() -> None:
    """Write every table."""
    version = importlib.metadata.version("cfn-lint")
    date = json.loads((SCHEMAS / "version.json").read_text(encoding="utf-8"))["schema_date"][:10]
    head = {"source": f"cfn-lint {version} (MIT-0), CloudFormation resource schemas of AWS", "date": date}
    _write("aws_constraints", head | {"types": dict(_types())})
    _write("sagemaker_instance_types", head | {"regions": _instance_types(), "anywhere": _anywhere()})
    _write("cache_node_types", head | {"regions": _enumerations("aws_elasticache_cachecluster/cachenodetype_enum")})
    _write("google_constraints", _google())


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
    uses = ("hosting", "processing", "transform")
    return {use: _enumerations(f"aws_sagemaker_{use}/instancetype_enum") for use in uses}


def _enumerations(name: str) -> dict[str, list[str]]:
    """Region -> what one of cfn-lint's extensions allows there."""
    content = json.loads((SCHEMAS / "extensions" / f"{name}.json").read_text(encoding="utf-8"))
    return {region: sorted(row["enum"]) for region, row in sorted(content.items()) if "-" in region}


def _anywhere() -> dict[str, Any]:
    """Use -> instance types of any region, of botocore's newest model of SageMaker."""
    model = max((SERVICES / "sagemaker").iterdir()) / "service-2.json.gz"
    shapes = json.loads(gzip.decompress(model.read_bytes()))["shapes"]
    source = f"botocore {importlib.metadata.version('botocore')} (Apache-2.0), API {model.parent.name}"
    return {"source": source} | {use: sorted(shapes[shape]["enum"]) for use, shape in EVERYWHERE.items()}


def _google() -> dict[str, Any]:
    """Pulumi type -> constraints, each document with its revision."""
    types, revisions = {}, {}
    for pulumi, (name, schema) in sorted(GOOGLE_TYPES.items()):
        document = json.loads((DISCOVERY / f"{name}.json").read_text(encoding="utf-8"))
        revisions[name] = document["revision"]
        found = dict(_of_google(document["schemas"][schema], document["schemas"], "", 0))
        kept = {path: found[path] for path in sorted(found) if path not in GOOGLE_LEFT_OUT}
        types[pulumi] = {"resource": schema, "properties": kept}
    version = importlib.metadata.version("google-api-python-client")
    source = f"google-api-python-client {version} (Apache-2.0), discovery documents of Google"
    date = max(revisions.values())
    return {
        "source": source,
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}",
        "revisions": dict(sorted(revisions.items())),
        "types": types,
    }


def _of_google(
    node: Mapping[str, Any], schemas: Mapping[str, Any], path: str, depth: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path in lower case, constraints) of each property that can be written; `[]` after a list."""
    if "$ref" in node:
        node = schemas[node["$ref"]] | {key: node[key] for key in ("readOnly",) if key in node}
    if node.get("readOnly"):
        return
    kept = {key: _number(node[key]) for key in ("minimum", "maximum") if key in node}
    kept |= {"enum": sorted(node["enum"])} if "enum" in node else {}
    if path and kept:
        yield path, kept
    if depth > DEEPEST:
        return
    if isinstance(node.get("items"), dict):
        yield from _of_google(node["items"], schemas, f"{path}[]", depth + 1)
    for name, each in (node.get("properties") or {}).items():
        yield from _of_google(each, schemas, f"{path}.{name.lower()}".lstrip("."), depth + 1)


def _number(text: str) -> float:
    return float(text) if "." in text else int(text)


def _write(name: str, content: Any) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    text = re.sub(r"\[\s+[^][{}]*?\s+\]", lambda found: re.sub(r"\s+", " ", found[0]), text)
    (TABLES / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
