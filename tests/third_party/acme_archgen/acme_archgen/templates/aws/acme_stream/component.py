"""Acme's event stream: Kinesis under the data key, and an alarm before anyone falls behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import KinesisConnection, Metric, Platform, Workload
from ..hardened.identity import allow, statement
from ..hardened.monitoring import alarm

MAX_AGE_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class AcmeStreamArgs:
    """What the stream is made from. `shards` take 1 MB/s or 1,000 records/s each; `retention_hours` is 24 to 8,760."""

    platform: Platform
    shards: int
    retention_hours: int


class AcmeStream(pulumi.ComponentResource):
    """Fulfils the contract of the role `event-stream`: a connection, and grants that add under whoever asks."""

    connection: KinesisConnection
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: AcmeStreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:AcmeStream", name, None, opts)
        self._name = name
        self._platform = args.platform
        stream = aws.kinesis.Stream(
            name,
            stream_mode_details=aws.kinesis.StreamStreamModeDetailsArgs(stream_mode="PROVISIONED"),
            shard_count=args.shards,
            retention_period=args.retention_hours,
            encryption_type="KMS",
            kms_key_id=args.platform.keys.data,
            enforce_consumer_deletion=not args.platform.protected,
            opts=pulumi.ResourceOptions(parent=self, protect=args.platform.protected),
        )
        self._stream_arn = stream.arn
        self.connection = KinesisConnection(stream_arn=stream.arn, stream_name=stream.name)
        age = Metric(
            title="Age of the oldest unread record (ms)",
            namespace="AWS/Kinesis",
            name="GetRecords.IteratorAgeMilliseconds",
            statistic="Maximum",
            dimensions={"StreamName": stream.name},
        )
        self.metrics = [age]
        advice = f"A consumer of {name} is more than {MAX_AGE_SECONDS} s behind: look at the consumers in turn."
        self.alarms = [alarm(f"{name}-age", age, advice, MAX_AGE_SECONDS * 1000, args.platform, self)]
        self.register_outputs({"stream_arn": stream.arn})

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        """Let `reader` consume; depend on what is returned before creating the consumer."""
        actions = [
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ]
        return [self._grant(f"{reader.name}-reads-{self._name}", reader, actions, "kms:Decrypt")]

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        """Let `writer` put records."""
        actions = ["kinesis:DescribeStreamSummary", "kinesis:PutRecord", "kinesis:PutRecords"]
        return [self._grant(f"{writer.name}-writes-{self._name}", writer, actions, "kms:GenerateDataKey")]

    def _grant(self, name: str, workload: Workload, actions: Sequence[str], key_action: str) -> pulumi.Resource:
        through_kinesis = {"StringEquals": {"kms:ViaService": f"kinesis.{self._platform.region}.amazonaws.com"}}
        allowed = [
            statement(actions, [self._stream_arn]),
            statement([key_action], [self._platform.keys.data], through_kinesis),
        ]
        return allow(name, workload, allowed)
