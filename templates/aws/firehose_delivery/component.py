"""Delivery on Amazon Data Firehose: every event of a stream into the lake, compressed, by date, with nothing to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import pulumi
import pulumi_aws as aws

from ..contracts import (
    EventStream,
    KafkaConnection,
    KinesisConnection,
    Metric,
    ObjectStore,
    Platform,
    StreamConnection,
    Workload,
)
from ..hardened.identity import allow, service_role, statement
from ..hardened.monitoring import alarm, log_group

NAMESPACE = "AWS/Firehose"

firehose = aws.kinesis


@dataclass(frozen=True, kw_only=True)
class FirehoseDeliveryArgs:
    platform: Platform
    source: EventStream
    destination: ObjectStore
    buffer_seconds: int = 300
    """Longest time that an event waits for its object; 0 to 900."""
    buffer_megabytes: int = 128
    """Size at which an object is written before that; large objects are what queries over the lake want. 1 to 128."""


class FirehoseDelivery(pulumi.ComponentResource):
    """Reads one event stream and writes objects below `<name>/data/`; records that fail end below `<name>/errors/`."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: FirehoseDeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:FirehoseDelivery", name, None, opts)
        self._name, self._platform = name, args.platform
        role = service_role(name, "firehose.amazonaws.com", args.platform, self)
        workload = Workload(name=name, component=self, role=role)
        logs = aws.cloudwatch.LogStream(
            name,
            log_group_name=log_group(
                name, f"/aws/kinesisfirehose/{args.platform.name}-{name}", args.platform, self
            ).name,
            name="S3Delivery",
            opts=pulumi.ResourceOptions(parent=self),
        )
        connection = args.source.connection
        granted = [
            *args.source.grant_read(workload),
            # One prefix for both: the errors lie beside the data of the same name, so one grant covers the two.
            *args.destination.grant_write(workload, name),
            self._allow_service(workload, args.destination, logs, connection),
        ]
        stream = self._stream(args, connection, role, logs, granted)
        self.metrics = _metrics(stream.name, connection)
        self.alarms = self._alarms(stream.name, connection, args.buffer_seconds)
        self.register_outputs({"delivery_stream_name": stream.name})

    def _allow_service(
        self,
        workload: Workload,
        destination: ObjectStore,
        logs: aws.cloudwatch.LogStream,
        connection: StreamConnection,
    ) -> aws.iam.RolePolicy:
        """What Firehose itself calls besides reading and writing."""
        statements = [
            statement(
                ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], [destination.bucket_arn]
            ),
            statement(["logs:PutLogEvents"], [logs.arn]),
        ]
        match connection:
            case KinesisConnection():
                pass
            case KafkaConnection():
                # The control plane of MSK, where Firehose looks up the private brokers; reading is the stream's grant.
                statements.append(
                    statement(
                        ["kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"],
                        [connection.cluster_arn],
                    )
                )
            case _:
                assert_never(connection)
        return allow(f"{self._name}-service", workload, statements)

    def _stream(
        self,
        args: FirehoseDeliveryArgs,
        connection: StreamConnection,
        role: aws.iam.Role,
        logs: aws.cloudwatch.LogStream,
        granted: Sequence[pulumi.Resource],
    ) -> aws.kinesis.FirehoseDeliveryStream:
        kinesis, kafka = _source(connection, role)
        return firehose.FirehoseDeliveryStream(
            self._name,
            destination="extended_s3",
            # No server-side encryption here: with a stream as the source, AWS refuses it, for the stream encrypts.
            kinesis_source_configuration=kinesis,
            msk_source_configuration=kafka,
            extended_s3_configuration=firehose.FirehoseDeliveryStreamExtendedS3ConfigurationArgs(
                bucket_arn=args.destination.bucket_arn,
                role_arn=role.arn,
                kms_key_arn=args.platform.keys.data,
                prefix=f"{self._name}/data/date=!{{timestamp:yyyy-MM-dd}}/hour=!{{timestamp:HH}}/",
                error_output_prefix=(
                    f"{self._name}/errors/!{{firehose:error-output-type}}/date=!{{timestamp:yyyy-MM-dd}}/"
                ),
                buffering_interval=args.buffer_seconds,
                buffering_size=args.buffer_megabytes,
                compression_format="GZIP",
                file_extension=".json.gz",
                processing_configuration=_one_line_per_record(),
                cloudwatch_logging_options=firehose.FirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptionsArgs(
                    enabled=True, log_group_name=logs.log_group_name, log_stream_name=logs.name
                ),
            ),
            # A role policy is no part of the role's ARN: without this Firehose starts before it may read, and fails.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*granted, logs]),
        )

    def _alarms(
        self, stream_name: pulumi.Output[str], connection: StreamConnection, buffer_seconds: int
    ) -> Sequence[aws.cloudwatch.MetricAlarm]:
        fresh, success, behind = _metrics(stream_name, connection)[:3]
        match connection:
            case KinesisConnection():
                throttled = "Kinesis throttles the delivery's reads. Add shards, or take a consumer off the stream."
                most = 0.0
            case KafkaConnection():
                # MSK throttles a reader for milliseconds in normal running; a second is a backlog in the making.
                throttled = (
                    "MSK throttles the delivery's reads. Look at the brokers' load and the partitions of the topic."
                )
                most = 1_000.0
            case _:
                assert_never(connection)
        return [
            alarm(
                f"{self._name}-freshness",
                fresh,
                "Events reach the lake late. Look at the delivery's error log, then at the bucket and its key. "
                "The stream keeps them until its retention ends.",
                3.0 * max(buffer_seconds, 60),
                self._platform,
                self,
            ),
            alarm(
                f"{self._name}-delivery",
                success,
                "Writes to the lake fail. The error log names the cause: as a rule a policy of the bucket or key.",
                0.99,
                self._platform,
                self,
                comparison="LessThanThreshold",
            ),
            alarm(f"{self._name}-throttled", behind, throttled, most, self._platform, self, periods=5),
        ]


def _metrics(stream_name: pulumi.Output[str], connection: StreamConnection) -> Sequence[Metric]:
    def metric(title: str, name: str, statistic: str) -> Metric:
        dimensions = {"DeliveryStreamName": stream_name}
        return Metric(title=title, namespace=NAMESPACE, name=name, statistic=statistic, dimensions=dimensions)

    match connection:
        case KinesisConnection():
            source = [
                metric("Throttled reads", "ThrottledGetRecords", "Sum"),
                metric("Records read", "DataReadFromKinesisStream.Records", "Sum"),
            ]
        case KafkaConnection():
            source = [
                metric("Delay by throttling (ms)", "SourceThrottled.Delay", "Average"),
                metric("Records read", "DataReadFromSource.Records", "Sum"),
                metric("Offsets behind", "KafkaOffsetLag", "Maximum"),
            ]
        case _:
            assert_never(connection)
    return [
        metric("Age of the oldest event (s)", "DeliveryToS3.DataFreshness", "Maximum"),
        metric("Share of successful writes", "DeliveryToS3.Success", "Average"),
        *source,
    ]


def _source(
    connection: StreamConnection, role: aws.iam.Role
) -> tuple[
    firehose.FirehoseDeliveryStreamKinesisSourceConfigurationArgs | None,
    firehose.FirehoseDeliveryStreamMskSourceConfigurationArgs | None,
]:
    match connection:
        case KinesisConnection():
            return firehose.FirehoseDeliveryStreamKinesisSourceConfigurationArgs(
                kinesis_stream_arn=connection.stream_arn, role_arn=role.arn
            ), None
        case KafkaConnection():
            return None, firehose.FirehoseDeliveryStreamMskSourceConfigurationArgs(
                msk_cluster_arn=connection.cluster_arn,
                topic_name=connection.topic,
                authentication_configuration=firehose.FirehoseDeliveryStreamMskSourceConfigurationAuthenticationConfigurationArgs(
                    # Private: Firehose runs outside the network and comes in over PrivateLink, never over the internet.
                    connectivity="PRIVATE",
                    role_arn=role.arn,
                ),
            )
        case _:
            assert_never(connection)


def _one_line_per_record() -> firehose.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationArgs:
    """Without a delimiter Firehose joins the JSON records of an object to one line that no query engine splits."""
    return firehose.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationArgs(
        enabled=True,
        processors=[
            firehose.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorArgs(
                type="AppendDelimiterToRecord",
                parameters=[
                    firehose.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorParameterArgs(
                        parameter_name="Delimiter", parameter_value="\\n"
                    )
                ],
            )
        ],
    )
