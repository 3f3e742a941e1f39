"""The stream on Kinesis: encrypted, sized, watched, and opened by grants that reach no further than the stream."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archgen.services.catalogue import facts, services
from templates.aws.kinesis_stream.component import KinesisStream, KinesisStreamArgs
from tests.templates.aws.conftest import Recording
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    FRAUD,
    Caller,
    actions,
    alone,
    assert_every_alarm_reaches_a_person,
    assert_every_role_is_bounded_and_never_open,
    component,
    demand,
    platform,
    policy,
    resources_of,
    sizes,
)

Record = Callable[[Callable[[], object]], Recording]
SERVICE = services("aws")["kinesis_stream"]
NEEDS = {**FRAUD, "replay_hours": 168}


def stream(protected: bool = True) -> KinesisStream:
    return KinesisStream(
        "payments",
        KinesisStreamArgs(platform=platform(protected), shards=15, retention_hours=168, max_iterator_age_seconds=30),
    )


def test_it_is_provisioned_encrypted_and_replayable_for_a_week(record: Record) -> None:
    made = record(stream).one(":Stream").inputs
    assert made["streamModeDetails"] == {"streamMode": "PROVISIONED"}
    assert made["shardCount"] == 15
    assert (made["encryptionType"], made["kmsKeyId"]) == ("KMS", DATA_KEY)
    assert made["retentionPeriod"] == 168
    assert {"IncomingBytes", "WriteProvisionedThroughputExceeded"} <= set(made["shardLevelMetrics"])


@pytest.mark.parametrize("protected", [True, False])
def test_only_a_protected_stream_resists_deletion(record: Record, protected: bool) -> None:
    made = record(lambda: stream(protected)).one(":Stream")
    assert made.protect is protected
    assert made.inputs["enforceConsumerDeletion"] is not protected


def test_a_reader_reads_this_stream_and_decrypts_through_kinesis_only(record: Record) -> None:
    recording = record(lambda: stream().grant_read(Caller("velocity").workload))
    granted = policy(recording.one(":RolePolicy", "velocity-reads-payments"))
    assert {"kinesis:GetRecords", "kinesis:GetShardIterator", "kms:Decrypt"} <= actions(granted)
    assert not {action for action in actions(granted) if "Put" in action or "GenerateDataKey" in action}
    assert resources_of(granted, "kinesis:GetRecords") == [_arn(recording)]
    (on_key,) = [said for said in granted if "kms:Decrypt" in said["Action"]]
    assert on_key["Resource"] == [DATA_KEY]
    assert on_key["Condition"] == {"StringEquals": {"kms:ViaService": "kinesis.eu-west-1.amazonaws.com"}}
    assert_every_role_is_bounded_and_never_open(recording)


def test_a_writer_cannot_read_back(record: Record) -> None:
    recording = record(lambda: stream().grant_write(Caller("scoring").workload))
    granted = policy(recording.one(":RolePolicy", "scoring-writes-payments"))
    assert {"kinesis:PutRecords", "kms:GenerateDataKey"} <= actions(granted)
    assert not {"kinesis:GetRecords", "kms:Decrypt"} & actions(granted)
    assert resources_of(granted, "kinesis:PutRecords") == [_arn(recording)]


def test_a_grant_lies_under_whoever_opens_the_flow(record: Record) -> None:
    recording = record(lambda: stream().grant_write(Caller("scoring").workload))
    assert recording.one(":RolePolicy").parent == recording.one(":Caller").urn


def test_throttling_and_readers_that_fall_behind_call_for_a_person(record: Record) -> None:
    recording = record(stream)
    assert_every_alarm_reaches_a_person(recording)
    by_metric = {made.inputs["metricName"]: made.inputs for made in recording.of(":MetricAlarm")}
    assert by_metric["GetRecords.IteratorAgeMilliseconds"]["threshold"] == 30_000
    assert by_metric["WriteProvisionedThroughputExceeded"]["threshold"] == 0
    assert by_metric["ReadProvisionedThroughputExceeded"]["statistic"] == "Sum"
    assert {made["dimensions"]["StreamName"] for made in by_metric.values()} == {"payments-Stream"}


def test_ten_thousand_records_of_a_kilobyte_take_fifteen_shards() -> None:
    shards = sizes(SERVICE.size(demand("payments", "event-stream", NEEDS))).shards
    assert shards.value == 15
    assert (shards.low, shards.high) == (13, 15)
    assert shards.inputs == {"records_per_second": 10_000, "record_bytes": 1_000, "stream_headroom": 1.5}


def test_large_records_are_sized_by_their_bytes() -> None:
    needs = {**NEEDS, "records_per_second": 500, "record_bytes": 20_000}
    assert sizes(SERVICE.size(demand("payments", "event-stream", needs))).shards.value == 15


@pytest.mark.parametrize(("replay", "kept"), [(1, 24), (24, 24), (168, 168), (8760, 8760)])
def test_records_are_kept_as_long_as_asked_and_never_below_what_kinesis_can(replay: int, kept: int) -> None:
    part = component("payments", "event-stream", {**NEEDS, "replay_hours": replay})
    assert SERVICE.arguments(part, alone())["retention_hours"] == kept


@pytest.mark.parametrize(
    ("need", "value", "limit"), [("record_bytes", 1_048_577, "record-size"), ("replay_hours", 8761, "retention")]
)
def test_a_broken_limit_rules_it_out_with_the_published_figure(need: str, value: int, limit: str) -> None:
    (violation,) = SERVICE.suits({**NEEDS, need: value}).violated
    published = {one["id"]: one["value"] for one in facts("aws", "kinesis_stream")["limits"]}
    assert violation.need == need
    assert f"{published[limit]:,}" in violation.limit


def test_it_is_preferred_to_brokers_where_both_fit() -> None:
    assert SERVICE.suits(NEEDS).score > services("aws")["kafka_cluster"].suits(NEEDS).score > 0


def _arn(recording: Recording) -> str:
    return f"arn:aws:kinesis:eu-west-1:123456789012:Stream/{recording.one(':Stream').name}"
