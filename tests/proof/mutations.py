"""Faults that are planted in the recording of the fraud program rather than in its text."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archgen.engine import Resource
from archgen.proof import Evidence

Change = Callable[[dict[str, Any]], None]
CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ROLE = "aws:iam/role:Role"


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """In the first resource of `type` (of that name, where one is told) the inputs are changed; `rule` finds it."""

    id: str
    rule: str
    type: str
    change: Change
    name: str | None = None


def mutated(evidence: Evidence, mutation: Mutation) -> tuple[Evidence, Resource]:
    """The evidence with the fault in it, and the resource that has it."""
    found = next(
        each for each in evidence.up.of_type(mutation.type) if mutation.name is None or each.name == mutation.name
    )
    inputs = copy.deepcopy(dict(found.inputs))
    mutation.change(inputs)
    changed = dataclasses.replace(found, inputs=inputs)
    return replaced(evidence, found, changed), changed


def replaced(evidence: Evidence, old: Resource, new: Resource | None) -> Evidence:
    """The evidence with another resource in the place of one, or without it."""
    resources = tuple(new if each is old else each for each in evidence.up.resources)
    up = dataclasses.replace(evidence.up, resources=tuple(each for each in resources if each is not None))
    return dataclasses.replace(evidence, up=up)


def _set(path: str, value: Any) -> Change:
    def change(inputs: dict[str, Any]) -> None:
        target: Any = inputs
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in way:
            target = target[part]
        target[last] = value

    return change


def _statement(key: str, **parts: Any) -> Change:
    """One statement more in the policy under `key`."""

    def change(inputs: dict[str, Any]) -> None:
        policy = json.loads(inputs[key])
        policy["Statement"].append({"Effect": "Allow", **parts})
        inputs[key] = json.dumps(policy)

    return change


def _without_tls(inputs: dict[str, Any]) -> None:
    policy = json.loads(inputs["policy"])
    policy["Statement"] = [each for each in policy["Statement"] if each["Effect"] == "Allow"]
    inputs["policy"] = json.dumps(policy)


STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/events"
MUTATIONS = (
    Mutation(
        id="B14-algorithm",
        rule="aws-bucket-encryption",
        type="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        change=_set("rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "aws:kmss"),
    ),
    Mutation(
        id="B15-instance-type",
        rule="instance-type",
        type=CONFIGURATION,
        change=_set("productionVariants.0.instanceType", "ml.c9.2xlarge"),
    ),
    Mutation(
        id="B16-not-in-region",
        rule="instance-type",
        type=CONFIGURATION,
        change=_set("productionVariants.0.instanceType", "ml.p5.48xlarge"),
    ),
    Mutation(
        id="B17-endpoint-name",
        rule="physical-name",
        type="aws:sagemaker/endpoint:Endpoint",
        change=_set("name", "fraud_prod"),
    ),
    Mutation(
        id="B18-sampling",
        rule="input-limits",
        type=CONFIGURATION,
        change=_set("dataCaptureConfig.initialSamplingPercentage", 200),
    ),
    Mutation(
        id="B24-name-for-arn",
        rule="input-limits",
        type="aws:sagemaker/model:Model",
        change=_set("executionRoleArn", "model"),
    ),
    Mutation(
        id="B28-stream-in-clear",
        rule="aws-customer-key",
        type="aws:kinesis/stream:Stream",
        change=_set("encryptionType", "NONE"),
    ),
    Mutation(id="B29-open-group", rule="open-to-the-internet", type=INGRESS, change=_set("cidrIpv4", "0.0.0.0/0")),
    Mutation(
        id="B30-public-bucket",
        rule="aws-bucket-public",
        type="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        change=_set("blockPublicPolicy", False),
    ),
    Mutation(id="open-group-ipv6", rule="open-to-the-internet", type=INGRESS, change=_set("cidrIpv6", "::/0")),
    Mutation(
        id="every-action",
        rule="wildcard-action",
        type=ROLE_POLICY,
        change=_statement("policy", Action="*", Resource=STREAM),
    ),
    Mutation(
        id="every-action-of-a-service",
        rule="wildcard-action",
        type=ROLE_POLICY,
        change=_statement("policy", Action=["s3:*"], Resource=STREAM),
    ),
    Mutation(
        id="all-actions-but-one",
        rule="wildcard-action",
        type=ROLE_POLICY,
        change=_statement("policy", NotAction="iam:*", Resource=STREAM),
    ),
    Mutation(
        id="every-action-on-a-bucket",
        rule="wildcard-action",
        type="aws:s3/bucketPolicy:BucketPolicy",
        change=_statement("policy", Action="s3:*", Resource=STREAM, Principal={"AWS": "123456789012"}),
    ),
    Mutation(
        id="every-stream",
        rule="wildcard-resource",
        type=ROLE_POLICY,
        change=_statement("policy", Action="kinesis:PutRecord", Resource="*"),
    ),
    Mutation(
        id="metrics-of-any-namespace",
        rule="wildcard-resource",
        type=ROLE_POLICY,
        change=_statement("policy", Action="cloudwatch:PutMetricData", Resource="*"),
    ),
    Mutation(
        id="everybody",
        rule="everybody-allowed",
        type="aws:s3/bucketPolicy:BucketPolicy",
        change=_statement("policy", Action="s3:GetObject", Resource=STREAM, Principal="*"),
    ),
    Mutation(
        id="any-account",
        rule="role-trust",
        type=ROLE,
        change=_statement("assumeRolePolicy", Action="sts:AssumeRole", Principal={"Service": "glue.amazonaws.com"}),
    ),
    Mutation(
        id="anybody-takes-the-role",
        rule="role-trust",
        type=ROLE,
        change=_statement("assumeRolePolicy", Action="sts:AssumeRole", Principal={"AWS": "*"}),
    ),
    Mutation(id="no-boundary", rule="aws-boundary", type=ROLE, change=_set("permissionsBoundary", None)),
    Mutation(
        id="no-tls-on-a-queue", rule="store-without-tls", type="aws:sqs/queuePolicy:QueuePolicy", change=_without_tls
    ),
    Mutation(
        id="no-tls-on-a-bucket", rule="store-without-tls", type="aws:s3/bucketPolicy:BucketPolicy", change=_without_tls
    ),
    Mutation(id="plain-http", rule="aws-tls", type="aws:lb/listener:Listener", change=_set("protocol", "HTTP")),
    Mutation(
        id="public-balancer",
        rule="aws-public-address",
        type="aws:lb/loadBalancer:LoadBalancer",
        change=_set("internal", False),
    ),
    Mutation(
        id="cache-in-clear",
        rule="aws-tls",
        type="aws:elasticache/replicationGroup:ReplicationGroup",
        change=_set("transitEncryptionEnabled", False),
    ),
    Mutation(
        id="logs-for-ever", rule="aws-logs", type="aws:cloudwatch/logGroup:LogGroup", change=_set("retentionInDays", 0)
    ),
    Mutation(
        id="alarm-that-calls-nobody",
        rule="aws-alarms",
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        change=_set("alarmActions", []),
    ),
    Mutation(
        id="alarm-silent-on-silence",
        rule="aws-alarms",
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        change=_set("treatMissingData", None),
    ),
    Mutation(id="key-for-ever", rule="aws-keys", type="aws:kms/key:Key", change=_set("enableKeyRotation", False)),
    Mutation(id="bucket-emptied", rule="aws-deletion", type="aws:s3/bucket:Bucket", change=_set("forceDestroy", True)),
    Mutation(
        id="images-replaced",
        rule="aws-images",
        type="aws:ecr/repository:Repository",
        change=_set("imageTagMutability", "MUTABLE"),
    ),
    Mutation(
        id="no-way-back",
        rule="aws-endpoint-release",
        type="aws:sagemaker/endpoint:Endpoint",
        change=_set("deploymentConfig", None),
    ),
    Mutation(
        id="one-instance",
        rule="size-differs",
        type="aws:kinesis/stream:Stream",
        change=_set("shardCount", 14),
        name="events",
    ),
)
