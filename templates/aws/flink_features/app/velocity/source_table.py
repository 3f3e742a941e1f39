"""The source as a Flink table: one column, the record's bytes."""

from __future__ import annotations

from typing import assert_never

from .settings import KafkaSource, KinesisSource

TABLE = "events"
GROUP = "velocity-features"


def create_table(source: KinesisSource | KafkaSource) -> str:
    """The statement that declares the source."""
    options = ",\n  ".join(f"{_quoted(name)} = {_quoted(value)}" for name, value in _options(source).items())
    return f"CREATE TABLE {TABLE} (payload BYTES) WITH (\n  {options}\n)"


def _options(source: KinesisSource | KafkaSource) -> dict[str, str]:
    match source:
        case KinesisSource():
            return {
                "connector": "kinesis",
                "stream.arn": source.stream_arn,
                "aws.region": source.region,
                # Without a snapshot the windows fill within the hour; reading a day again would take longer.
                "source.init.position": "LATEST",
                "format": "raw",
            }
        case KafkaSource():
            return {
                "connector": "kafka",
                "topic": source.topic,
                "properties.bootstrap.servers": source.bootstrap_servers,
                "properties.group.id": GROUP,
                "properties.security.protocol": "SASL_SSL",
                "properties.sasl.mechanism": "AWS_MSK_IAM",
                "properties.sasl.jaas.config": "software.amazon.msk.auth.iam.IAMLoginModule required;",
                "properties.sasl.client.callback.handler.class": (
                    "software.amazon.msk.auth.iam.IAMClientCallbackHandler"
                ),
                "scan.startup.mode": "latest-offset",
                "format": "raw",
            }
        case _:
            assert_never(source)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
