"""The neighbours of a component under test: they keep the contracts and make nothing but the grants they return."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pulumi

from archgen.knowledge import assumptions
from archgen.services import Demand, Neighbours, Region
from archgen.topology import Component, Needs, Topology
from templates.aws.contracts import (
    FeatureConnection,
    KafkaConnection,
    Keys,
    KinesisConnection,
    Platform,
    StreamConnection,
    Workload,
)
from templates.aws.foundation.component import RUNTIME_ACTIONS
from templates.aws.hardened.identity import allow, service_role, statement
from tests.templates.aws.conftest import ACCOUNT, Recorded, Recording

REGION = "eu-west-1"
# Roles are passed under a statement of its own: to start jobs, and to nothing else.
WITHIN_BOUNDARY = (*RUNTIME_ACTIONS, "iam:PassRole", "test:*")
DATA_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/data"
LOGS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/payments"
CLUSTER = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/payments/0123"

FRAUD: Needs = {
    "requests_per_second": 10_000,
    "records_per_second": 10_000,
    "record_bytes": 1_000,
    "payload_bytes": 2_000,
    "growth": 0.2,
    "entities": ("card", "merchant", "device"),
    "reads_per_request": 3,
    "freshness_s": 2,
    "latency_p99_ms": 100,
    "keep_days": 400,
    "customer_keys": True,
}


def out(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value)


def platform(protected: bool = True, name: str = "payments-fraud-prod") -> Platform:
    return Platform(
        name=name,
        region=REGION,
        account_id=out(ACCOUNT),
        protected=protected,
        keys=Keys(data=out(DATA_KEY), logs=out(LOGS_KEY), messages=out("messages-key"), secrets=out("secrets-key")),
        permissions_boundary_arn=out("arn:aws:iam::123456789012:policy/boundary"),
        alarm_topic_arn=out(TOPIC),
        artefacts_bucket=out("artefacts"),
        access_logs_bucket=out("access-logs"),
        log_retention_days=400,
    )


@dataclass
class Network:
    vpc_id: pulumi.Output[str] = field(default_factory=lambda: out("vpc-1"))
    app_subnet_ids: Sequence[pulumi.Output[str]] = field(default_factory=lambda: [out(f"app-{i}") for i in "abc"])
    data_subnet_ids: Sequence[pulumi.Output[str]] = field(default_factory=lambda: [out(f"data-{i}") for i in "abc"])
    endpoints_security_group_id: pulumi.Output[str] = field(default_factory=lambda: out("sg-endpoints"))
    s3_prefix_list_id: pulumi.Output[str] = field(default_factory=lambda: out("pl-s3"))


class _Grants:
    """Grants are real policies, so that a test sees what waits for them."""

    def __init__(self, name: str) -> None:
        self._name = name

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return [allow(f"{reader.name}-reads-{self._name}", reader, [statement(["test:Read"], [self._name])])]

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return [allow(f"{writer.name}-writes-{self._name}", writer, [statement(["test:Write"], [self._name])])]


class Stream(_Grants):
    def __init__(self, kind: str) -> None:
        super().__init__("payments")
        self.connection: StreamConnection = (
            KinesisConnection(stream_arn=out(STREAM), stream_name=out("payments"))
            if kind == "kinesis"
            else KafkaConnection(cluster_arn=out(CLUSTER), bootstrap_brokers=out("b-1:9098"), topic="payments")
        )


class Features(_Grants):
    def __init__(self) -> None:
        super().__init__("features")
        self.connection = FeatureConnection(
            endpoint=out("features.cache:6379"), cache=out("features"), reader=out("reader"), writer=out("writer")
        )


class Store:
    def __init__(self) -> None:
        self.bucket_arn = out("arn:aws:s3:::lake")
        self.bucket_name = out("lake")
        self.prefixes: list[str] = []

    def grant_write(self, writer: Workload, prefix: str) -> Sequence[pulumi.Resource]:
        self.prefixes.append(prefix)
        return [allow(f"{writer.name}-writes-lake", writer, [statement(["test:Write"], [prefix])])]

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return [allow(f"{reader.name}-reads-lake", reader, [statement(["test:Read"], ["lake"])])]


class Caller(pulumi.ComponentResource):
    """A component that opens flows: grants are made under it."""

    def __init__(self, name: str = "scoring", inside_network: bool = True) -> None:
        super().__init__("test:index:Caller", name)
        self.workload = Workload(
            name=name,
            component=self,
            role=service_role(name, "ecs-tasks.amazonaws.com", platform(), self),
            security_group_id=out(f"sg-{name}") if inside_network else None,
        )


def policy(resource: Recorded) -> list[dict[str, Any]]:
    return json.loads(resource.inputs["policy"])["Statement"]


def actions(statements: Sequence[dict[str, Any]]) -> set[str]:
    return {action for said in statements for action in said["Action"]}


def resources_of(statements: Sequence[dict[str, Any]], action: str) -> list[str]:
    (said,) = [said for said in statements if action in said["Action"]]
    return said["Resource"]


def waits_for(resource: Recorded, *others: Recorded) -> bool:
    return {other.urn for other in others} <= resource.depends_on


def assert_every_role_is_bounded_and_never_open(recording: Recording) -> None:
    """The rules that hold for every component: trust for this account alone, a boundary, no open action or resource."""
    for role in recording.of(":Role"):
        assert role.inputs["permissionsBoundary"].endswith(":policy/boundary"), role.name
        (trust,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}, role.name
    admit_no_resource = (
        "cloudwatch:PutMetricData",
        "ec2:Describe",
        "ecr:GetAuthorizationToken",
        # The log of a state machine is delivered by an API that knows no resource.
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
        "sagemaker:ListApps",
        "sagemaker:ListSpaces",
        "sagemaker:ListUserProfiles",
        # Traces know no resource.
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    )
    for made in recording.of(":RolePolicy"):
        for said in policy(made):
            assert not any(action == "*" or action.endswith(":*") for action in said["Action"]), made.name
            # The boundary cuts off what it does not list: a grant beyond it would be void at run time.
            beyond = [a for a in said["Action"] if not any(fnmatch.fnmatchcase(a, known) for known in WITHIN_BOUNDARY)]
            assert not beyond, (made.name, beyond)
            if "*" in said["Resource"]:
                assert all(action.startswith(admit_no_resource) for action in said["Action"]), (made.name, said)


def assert_every_log_group_is_encrypted_and_ends(recording: Recording) -> None:
    assert recording.of(":LogGroup")
    for group in recording.of(":LogGroup"):
        assert group.inputs["kmsKeyId"] == LOGS_KEY
        assert group.inputs["retentionInDays"] == 400


def assert_every_alarm_reaches_a_person(recording: Recording) -> None:
    assert recording.of(":MetricAlarm")
    for made in recording.of(":MetricAlarm"):
        assert made.inputs["alarmActions"] == [TOPIC], made.name
        assert made.inputs["treatMissingData"] in {"notBreaching", "breaching"}, made.name
        assert len(made.inputs["alarmDescription"]) > 30, made.name


def component(id: str, role: str, needs: Needs = FRAUD) -> Component:
    return Component(id=id, role=role, zone="network", needs=needs)


def demand(id: str, role: str, needs: Needs = FRAUD, **changed: float) -> Demand:
    return Demand(component=component(id, role, needs), assumptions=assumptions().overridden(changed))


def alone() -> Neighbours:
    """A program without neighbours, for arguments that read only needs and assumptions."""
    return Neighbours(
        topology=Topology(blueprint="test", zones=(), components=(), flows=()),
        services={},
        region=Region(name=REGION, zones=("a", "b", "c")),
        assumptions=assumptions(),
    )


def sizes(quantities: Sequence[Any]) -> SimpleNamespace:
    return SimpleNamespace(**{quantity.name: quantity for quantity in quantities})
