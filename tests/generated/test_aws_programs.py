"""What an expert holds against a whole AWS program: who measures what is watched, whom keys and roles trust."""

from __future__ import annotations

import ast
import json
import pathlib
import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from archgen.bundle import write
from archgen.engine import Resource, ResourceGraph, load_project, record
from archgen.generation import generated
from archgen.proof import prove
from tests.specs import changed

Project = Callable[..., pathlib.Path]
CASES = ("payments-fraud", "demand-forecasting")
MEASURED_BY = {
    "/aws/sagemaker/Endpoints": "sagemaker/endpoint:Endpoint",
    "AWS/ApplicationELB": "lb/loadBalancer:LoadBalancer",
    "AWS/Backup": "backup/vault:Vault",
    "AWS/CertificateManager": "lb/listener:Listener",
    "AWS/DMS": "dms/replicationConfig:ReplicationConfig",
    "AWS/ECS": "ecs/service:Service",
    "AWS/ElastiCache": "elasticache/replicationGroup:ReplicationGroup",
    "AWS/EventBridge/Pipes": "pipes/pipe:Pipe",
    "AWS/Events": "cloudwatch/eventRule:EventRule",
    "AWS/Firehose": "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "AWS/Kinesis": "kinesis/stream:Stream",
    "AWS/KinesisAnalytics": "kinesisanalyticsv2/application:Application",
    "AWS/Logs": "cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy",
    "AWS/PrivateLinkEndpoints": "ec2/vpcEndpoint:VpcEndpoint",
    "AWS/S3": "s3/bucketReplicationConfig:BucketReplicationConfig",
    "AWS/SQS": "sqs/queue:Queue",
    "AWS/SageMaker": "sagemaker/endpoint:Endpoint",
    "AWS/Sagemaker/ModelBuildingPipeline": "sagemaker/pipeline:Pipeline",
    "AWS/States": "sfn/stateMachine:StateMachine",
    "CloudWatchSynthetics": "synthetics/canary:Canary",
    "ECS/ContainerInsights": "ecs/service:Service",
    "aws/sagemaker/Endpoints/model-metrics": "sagemaker/monitoringSchedule:MonitoringSchedule",
}
"""Who measures a namespace of AWS, by the type of the resource that has to be there."""


@pytest.fixture(scope="module")
def recorded(project: Project) -> Callable[[str], ResourceGraph]:
    """`recorded(case)`: the live prod stack of a case."""
    return cache(lambda case: record(load_project(project(case)), "prod", "live", "up"))


def of(graph: ResourceGraph, type_end: str) -> list[Resource]:
    return [resource for resource in graph.resources if resource.type.endswith(type_end)]


def watched(graph: ResourceGraph) -> set[tuple[str, str, str]]:
    """(namespace, name, component of a metric of our own) of all that alarms and dashboards look at."""
    found: set[tuple[str, str, str]] = set()
    for alarm in of(graph, ":MetricAlarm"):
        queries = alarm.inputs.get("metricQueries", [])
        for metric in [query["metric"] for query in queries if "metric" in query] if queries else [alarm.inputs]:
            component = metric.get("dimensions", {}).get("Component", "")
            found.add((metric["namespace"], metric["metricName"], component))
        asked = [re.fullmatch(r'SELECT \w+\((\w+)\) FROM "([^"]+)"', query.get("expression", "")) for query in queries]
        found |= {(match[2], match[1], "") for match in asked if match}
    for dashboard in of(graph, ":Dashboard"):
        for widget in json.loads(dashboard.inputs["dashboardBody"])["widgets"]:
            for namespace, name, *rest in widget["properties"].get("metrics", ()):
                texts = [one for one in rest if isinstance(one, str)]
                dimensions = dict(zip(texts[::2], texts[1::2], strict=True))
                found.add((namespace, name, dimensions.get("Component", "")))
    return found


def texts_in(folder: pathlib.Path) -> set[str]:
    """All texts that the code of an app holds: the name of a metric that it writes is one of them."""
    code = [path for path in folder.rglob("*.py") if "tests" not in path.relative_to(folder).parts]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in code]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("case", CASES)
def test_somebody_measures_whatever_is_watched(
    project: Project, recorded: Callable[[str], ResourceGraph], case: str
) -> None:
    graph = recorded(case)
    filtered = {
        (made["namespace"], made["name"])
        for resource in of(graph, ":LogMetricFilter")
        for made in [resource.inputs["metricTransformation"]]
    }
    types = {resource.type.partition(":")[2] for resource in graph.resources}
    unmeasured = []
    for namespace, name, component in sorted(watched(graph)):
        if (namespace, name) in filtered:
            continue
        if namespace.startswith("archgen/"):
            if name not in texts_in(project(case) / "app" / component):
                unmeasured.append((namespace, name, component))
        elif MEASURED_BY[namespace] not in types:
            unmeasured.append((namespace, name, ""))
    assert unmeasured == []


def named(graph: ResourceGraph, identity: str, *type_ends: str) -> Resource | None:
    """The resource of one of these types that an ARN in another's inputs stands for."""
    return next((one for one in graph.resources if identity in one.identities and one.type.endswith(type_ends)), None)


def encrypted_by(graph: ResourceGraph, arn: str) -> str | None:
    """ARN of the key of the queue or topic `arn`, None where that is none of ours."""
    kept = named(graph, arn, "sqs/queue:Queue", "sns/topic:Topic")
    return kept.inputs["kmsMasterKeyId"] if kept is not None else None


def who_needs_keys(graph: ResourceGraph, region: str) -> Iterator[tuple[str, str, str]]:
    """(ARN of a key, service principal that uses it as itself, what for). Source: the key-policy principals that AWS
    names service by service in the chapters on encryption at rest."""
    for group in of(graph, "cloudwatch/logGroup:LogGroup"):
        yield group.inputs["kmsKeyId"], f"logs.{region}.amazonaws.com", group.name
    for alarm in [*of(graph, ":MetricAlarm"), *of(graph, ":CompositeAlarm")]:
        for action in {*alarm.inputs["alarmActions"], *alarm.inputs["okActions"]}:
            if (key := encrypted_by(graph, action)) is not None:
                yield key, "cloudwatch.amazonaws.com", alarm.name
    for target in of(graph, ":EventTarget"):
        for arn in (target.inputs["arn"], target.inputs.get("deadLetterConfig", {}).get("arn")):
            if arn is not None and (key := encrypted_by(graph, arn)) is not None:
                yield key, "events.amazonaws.com", target.name
    for made in [*of(graph, ":EventBus"), *of(graph, ":EventArchive")]:
        if "kmsKeyIdentifier" in made.inputs:
            yield made.inputs["kmsKeyIdentifier"], "events.amazonaws.com", made.name
    for trail in of(graph, ":Trail"):
        yield trail.inputs["kmsKeyId"], "cloudtrail.amazonaws.com", trail.name
    for channel in of(graph, ":DeliveryChannel"):
        yield channel.inputs["s3KmsKeyArn"], "config.amazonaws.com", channel.name
    for machine in of(graph, ":StateMachine"):
        yield machine.inputs["encryptionConfiguration"]["kmsKeyId"], "delivery.logs.amazonaws.com", machine.name
    for application in of(graph, "kinesisanalyticsv2/application:Application"):
        key = application.inputs["applicationConfiguration"]["applicationEncryptionConfiguration"]["keyId"]
        yield key, "kinesisanalytics.amazonaws.com", application.name
    for told in [*of(graph, ":VaultNotifications"), *of(graph, "dms/eventSubscription:EventSubscription")]:
        service = "backup" if "backup" in told.type else "dms"
        if (key := encrypted_by(graph, told.inputs["snsTopicArn"])) is not None:
            yield key, f"{service}.amazonaws.com", told.name


@pytest.mark.parametrize(("case", "region"), [("payments-fraud", "eu-west-1"), ("demand-forecasting", "eu-central-1")])
def test_each_service_that_uses_a_key_as_itself_is_in_its_policy(
    recorded: Callable[[str], ResourceGraph], case: str, region: str
) -> None:
    graph = recorded(case)
    needed = set(who_needs_keys(graph, region))
    assert {principal.split(".")[0] for _, principal, _ in needed} >= {"logs", "cloudwatch", "events", "cloudtrail"}
    missing = []
    for arn, principal, what in sorted(needed):
        key = named(graph, arn, "kms/key:Key")
        assert key is not None, what
        said = json.loads(key.inputs["policy"])["Statement"]
        services = [one["Principal"].get("Service", []) for one in said if one["Effect"] == "Allow"]
        if principal not in {each for one in services for each in ([one] if isinstance(one, str) else one)}:
            missing.append((key.name, principal, what))
    assert missing == []


@pytest.mark.parametrize("case", CASES)
def test_each_role_serves_one_principal_of_this_account_under_the_boundary(
    recorded: Callable[[str], ResourceGraph], case: str
) -> None:
    graph = recorded(case)
    boundaries = [one for one in of(graph, "iam/policy:Policy") if one.name.endswith("-boundary")]
    roles = of(graph, "iam/role:Role")
    assert len(roles) > 15
    for role in roles:
        assert any(role.inputs["permissionsBoundary"] in boundary.identities for boundary in boundaries), role.name
        (trust,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
        asked = trust["Condition"]["StringEquals"]
        if "Federated" in trust["Principal"]:
            # Any workflow of any repository has a token of GitHub's: the subject says which may come.
            assert any(key.endswith(":sub") for condition in trust["Condition"].values() for key in condition), (
                role.name
            )
            continue
        assert isinstance(trust["Principal"]["Service"], str), role.name
        # Without it the service could be made to use the role for a resource of another account.
        assert asked["aws:SourceAccount"] == "123456789012", role.name
    attached = {attachment.inputs["policyArn"] for attachment in of(graph, ":RolePolicyAttachment")}
    assert not [arn for arn in attached if arn.endswith(("FullAccess", "AdministratorAccess", "PowerUserAccess"))]


def test_callers_by_a_private_link_are_proved_like_any_others(tmp_path: pathlib.Path) -> None:
    linked = changed("fraud-slice", ("connect: hub}", "connect: hub, callers: private-link}"))
    write(generated(linked, b"", None, None, frozenset({"infra", "docs"})), tmp_path)
    (proof,) = prove(load_project(tmp_path), ("prod",), ("live",))
    assert [str(finding) for finding in proof.findings] == []
    assert proof.counts["aws:ec2/vpcEndpointService:VpcEndpointService"] == 1
