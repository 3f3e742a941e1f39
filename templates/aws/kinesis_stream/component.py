"""Event stream on Kinesis Data Streams: provisioned shards, one customer key, and alarms before anyone falls behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import KinesisConnection, Metric, Platform, QuotaNeed, Workload
from ..hardened.identity import allow, statement
from ..hardened.monitoring import alarm
from ..hardened.quotas import stream_shards

SHARD_METRICS = (
    "IncomingBytes",
    "IncomingRecords",
    "IteratorAgeMilliseconds",
    "ReadProvisionedThroughputExceeded",
    "WriteProvisionedThroughputExceeded",
)
"""What tells a hot shard from a stream that is too small."""


@dataclass(frozen=True, kw_only=True)
class KinesisStreamArgs:
    platform: Platform
    shards: int
    """1 MB/s or 1,000 records/s each."""
    retention_hours: int
    """How far back it can be read again, 24 to 8,760."""
    max_iterator_age_seconds: int = 30
    """Age at which a record that nobody has read yet calls for a person."""


class KinesisStream(pulumi.ComponentResource):
    connection: KinesisConnection
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    quotas: Sequence[QuotaNeed]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: KinesisStreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:KinesisStream", name, None, opts)
        self._name = name
        self._platform = args.platform
        stream = aws.kinesis.Stream(
            name,
            # On demand begins at 4 MB/s and doubles only after it was throttled: a payment peak does not wait for that.
            stream_mode_details=aws.kinesis.StreamStreamModeDetailsArgs(stream_mode="PROVISIONED"),
            shard_count=args.shards,
            retention_period=args.retention_hours,
            encryption_type="KMS",
            kms_key_id=args.platform.keys.data,
            shard_level_metrics=list(SHARD_METRICS),
            enforce_consumer_deletion=not args.platform.protected,
            opts=pulumi.ResourceOptions(parent=self, protect=args.platform.protected),
        )
        self._stream_arn = stream.arn
        self.connection = KinesisConnection(stream_arn=stream.arn, stream_name=stream.name)
        self.quotas = [stream_shards(args.shards, args.platform.region)]
        self._watch(stream.name, args.max_iterator_age_seconds)
        self.register_outputs({"stream_arn": stream.arn})

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        actions = [
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ]
        return [self._grant(f"{reader.name}-reads-{self._name}", reader, actions, "kms:Decrypt")]

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        actions = ["kinesis:DescribeStreamSummary", "kinesis:PutRecord", "kinesis:PutRecords"]
        return [self._grant(f"{writer.name}-writes-{self._name}", writer, actions, "kms:GenerateDataKey")]

    def _grant(self, name: str, workload: Workload, actions: Sequence[str], key_action: str) -> pulumi.Resource:
        # The key opens for Kinesis only: whoever may read this stream cannot decrypt objects of the same key with it.
        through_kinesis = {"StringEquals": {"kms:ViaService": f"kinesis.{self._platform.region}.amazonaws.com"}}
        return allow(
            name,
            workload,
            [
                statement(actions, [self._stream_arn]),
                statement([key_action], [self._platform.keys.data], through_kinesis),
            ],
        )

    def _watch(self, stream_name: pulumi.Output[str], max_iterator_age_seconds: int) -> None:
        def metric(title: str, name: str, statistic: str = "Sum") -> Metric:
            return Metric(
                title=title,
                namespace="AWS/Kinesis",
                name=name,
                statistic=statistic,
                dimensions={"StreamName": stream_name},
            )

        write_throttled = metric("Throttled writes", "WriteProvisionedThroughputExceeded")
        read_throttled = metric("Throttled reads", "ReadProvisionedThroughputExceeded")
        age = metric("Age of the oldest unread record (ms)", "GetRecords.IteratorAgeMilliseconds", "Maximum")
        self.metrics = [metric("Records in", "IncomingRecords"), age, write_throttled, read_throttled]
        self.alarms = [
            alarm(
                f"{self._name}-write-throttled",
                write_throttled,
                f"Producers of {self._name} are throttled and retry. Compare IncomingBytes by shard: one far above the"
                " others is a hot partition key, all near 1 MB/s or 1,000 records/s is a stream that needs shards.",
                0,
                self._platform,
                self,
            ),
            alarm(
                f"{self._name}-read-throttled",
                read_throttled,
                f"Consumers of {self._name} are throttled: more than 2 MB/s or five reads a second of one shard. Look"
                " for a consumer that was added, or one that reads in very small batches.",
                0,
                self._platform,
                self,
            ),
            alarm(
                f"{self._name}-iterator-age",
                age,
                f"A consumer of {self._name} is more than {max_iterator_age_seconds} s behind. Look at the consumers in"
                " turn, the feature job first: restarts, back-pressure, or throttled reads.",
                max_iterator_age_seconds * 1000,
                self._platform,
                self,
            ),
        ]
