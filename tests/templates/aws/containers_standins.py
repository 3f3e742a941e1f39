"""Neighbours of the container services: what they promise, and a record of what was asked of them."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from templates.aws.contracts import (
    FeatureConnection,
    KafkaConnection,
    Keys,
    KinesisConnection,
    Platform,
    StreamConnection,
    Workload,
)
from templates.aws.hardened.identity import allow, statement

DIGEST = "sha256:" + "a" * 64


def _output(text: str) -> pulumi.Output[str]:
    return pulumi.Output.from_input(text)


def platform(*, protected: bool = True) -> Platform:
    return Platform(
        name="payments-fraud-prod",
        region="eu-west-1",
        account_id=_output("123456789012"),
        protected=protected,
        keys=Keys(
            data=_output("arn:aws:kms:eu-west-1:123456789012:key/data"),
            logs=_output("arn:aws:kms:eu-west-1:123456789012:key/logs"),
            messages=_output("arn:aws:kms:eu-west-1:123456789012:key/messages"),
            secrets=_output("arn:aws:kms:eu-west-1:123456789012:key/secrets"),
        ),
        permissions_boundary_arn=_output("arn:aws:iam::123456789012:policy/boundary"),
        alarm_topic_arn=_output("arn:aws:sns:eu-west-1:123456789012:alarms"),
        artefacts_bucket=_output("artefacts"),
        access_logs_bucket=_output("access-logs"),
        log_retention_days=400,
    )


class PrivateNetwork:
    def __init__(self) -> None:
        self.vpc_id = _output("vpc-1")
        self.app_subnet_ids = [_output(f"subnet-app-{zone}") for zone in "abc"]
        self.data_subnet_ids = [_output(f"subnet-data-{zone}") for zone in "abc"]
        self.endpoints_security_group_id = _output("sg-endpoints")
        self.s3_prefix_list_id = _output("pl-s3")


class _Granting:
    """Answers every grant with a real policy under the one who asks."""

    def __init__(self, name: str, arn: str) -> None:
        self._name, self._arn = name, arn

    def _grant(self, verb: str, workload: Workload, action: str) -> Sequence[aws.iam.RolePolicy]:
        return [allow(f"{workload.name}-{verb}-{self._name}", workload, [statement([action], [self._arn])])]


class Stream(_Granting):
    def __init__(self, connection: StreamConnection) -> None:
        super().__init__("authorisation-events", "arn:aws:kinesis:eu-west-1:123456789012:stream/authorisations")
        self.connection = connection

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return self._grant("reads", reader, "kinesis:GetRecords")

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return self._grant("writes", writer, "kinesis:PutRecords")


def kinesis() -> Stream:
    return Stream(
        KinesisConnection(
            stream_arn=_output("arn:aws:kinesis:eu-west-1:123456789012:stream/authorisations"),
            stream_name=_output("authorisations"),
        )
    )


def kafka() -> Stream:
    return Stream(
        KafkaConnection(
            cluster_arn=_output("arn:aws:kafka:eu-west-1:123456789012:cluster/authorisations/1"),
            bootstrap_brokers=_output("b-1.example:9098,b-2.example:9098"),
            topic="authorisations",
        )
    )


class Features(_Granting):
    def __init__(self) -> None:
        super().__init__("card-features", "arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:card-features")
        self.connection = FeatureConnection(
            endpoint=_output("cache.example:6379"),
            cache=_output("card-features"),
            reader=_output("reader"),
            writer=_output("writer"),
        )

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return self._grant("reads", reader, "elasticache:Connect")

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return self._grant("writes", writer, "elasticache:Connect")


class Model(_Granting):
    endpoint_name = "payments-fraud-prod-fraud-model"

    def __init__(self) -> None:
        super().__init__("fraud-model", "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/fraud-model")

    def grant_invoke(self, caller: Workload) -> Sequence[pulumi.Resource]:
        return self._grant("invokes", caller, "sagemaker:InvokeEndpoint")


class Tokens:
    """The key of card tokens, which answers each grant with a policy under the one who asks."""

    def __init__(self) -> None:
        self.secret_arn = _output("arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-key-a1b2c3")
        self.version_id = _output("version-2")

    def grant_use(self, user: Workload) -> Sequence[pulumi.Resource]:
        read = statement(["secretsmanager:GetSecretValue"], [self.secret_arn])
        return [allow(f"{user.name}-uses-token-key", user, [read])]
