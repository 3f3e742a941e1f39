from __future__ import annotations

import pytest

from archgen.services import catalogue
from templates.aws.firehose_delivery.component import FirehoseDelivery, FirehoseDeliveryArgs
from tests.templates.aws.stand_ins import (
    CLUSTER,
    DATA_KEY,
    FRAUD,
    STREAM,
    Store,
    Stream,
    actions,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    platform,
    policy,
    resources_of,
    waits_for,
)


def build(kind="kinesis", store=None, **changed):
    return FirehoseDelivery(
        "raw",
        FirehoseDeliveryArgs(platform=platform(), source=Stream(kind), destination=store or Store(), **changed),
    )


@pytest.fixture(params=["kinesis", "kafka"])
def kind(request):
    return request.param


def test_it_reads_the_stream_that_it_is_given_and_no_other(record):
    kinesis = record(build).one(":FirehoseDeliveryStream").inputs
    assert kinesis["kinesisSourceConfiguration"]["kinesisStreamArn"] == STREAM
    assert "mskSourceConfiguration" not in kinesis
    kafka = record(lambda: build("kafka")).one(":FirehoseDeliveryStream").inputs
    assert kafka["mskSourceConfiguration"]["mskClusterArn"] == CLUSTER
    assert kafka["mskSourceConfiguration"]["topicName"] == "payments"
    assert kafka["mskSourceConfiguration"]["authenticationConfiguration"]["connectivity"] == "PRIVATE"
    assert "kinesisSourceConfiguration" not in kafka


def test_objects_are_compressed_encrypted_dated_and_one_record_a_line(record, kind):
    target = record(lambda: build(kind)).one(":FirehoseDeliveryStream").inputs["extendedS3Configuration"]
    assert target["kmsKeyArn"] == DATA_KEY
    assert target["compressionFormat"] == "GZIP"
    assert target["prefix"].startswith("raw/") and "!{timestamp:yyyy-MM-dd}" in target["prefix"]
    assert (
        target["errorOutputPrefix"].startswith("raw/")
        and "!{firehose:error-output-type}" in target["errorOutputPrefix"]
    )
    (processor,) = target["processingConfiguration"]["processors"]
    assert processor["type"] == "AppendDelimiterToRecord"


def test_no_server_side_encryption_of_its_own_since_a_stream_is_the_source(record, kind):
    assert "serverSideEncryption" not in record(lambda: build(kind)).one(":FirehoseDeliveryStream").inputs


def test_the_prefix_that_it_may_write_covers_data_and_errors(record):
    store = Store()
    target = record(lambda: build(store=store)).one(":FirehoseDeliveryStream").inputs["extendedS3Configuration"]
    assert store.prefixes == ["raw"]
    assert all(target[key].startswith("raw/") for key in ("prefix", "errorOutputPrefix"))


def test_every_grant_and_the_log_stream_come_first(record, kind):
    made = record(lambda: build(kind))
    grants = [made.one(":RolePolicy", name) for name in ("raw-reads-payments", "raw-writes-lake", "raw-service")]
    assert waits_for(made.one(":FirehoseDeliveryStream"), *grants, made.one(":LogStream"))


def test_failures_are_logged_where_the_client_can_read_them(record):
    made = record(build)
    options = made.one(":FirehoseDeliveryStream").inputs["extendedS3Configuration"]["cloudwatchLoggingOptions"]
    assert options["enabled"] and options["logGroupName"] == made.one(":LogGroup").inputs["name"]
    assert_every_log_group_is_encrypted_and_ends(made)


def test_only_a_kafka_source_needs_the_control_plane(record):
    service = policy(record(lambda: build("kafka")).one(":RolePolicy", "raw-service"))
    assert resources_of(service, "kafka:GetBootstrapBrokers") == [CLUSTER]
    kinesis = policy(record(build).one(":RolePolicy", "raw-service"))
    assert not [action for action in actions(kinesis) if action.startswith("kafka")]


def test_roles_are_bounded(record, kind):
    assert_every_role_is_bounded_and_never_open(record(lambda: build(kind)))


def test_late_failing_and_throttled_delivery_raise_an_alarm(record, kind):
    made = record(lambda: build(kind))
    alarms = {alarm.name: alarm.inputs for alarm in made.of(":MetricAlarm")}
    assert alarms["raw-freshness"]["metricName"] == "DeliveryToS3.DataFreshness"
    assert alarms["raw-freshness"]["threshold"] == 900, "three buffers of five minutes"
    assert alarms["raw-delivery"]["comparisonOperator"] == "LessThanThreshold"
    throttled = {"kinesis": "ThrottledGetRecords", "kafka": "SourceThrottled.Delay"}[kind]
    assert alarms["raw-throttled"]["metricName"] == throttled
    assert_every_alarm_reaches_a_person(made)


def test_a_record_that_firehose_refuses_rules_it_out():
    service = catalogue.services("aws")["firehose_delivery"]
    assert not service.suits(FRAUD).violated
    (violation,) = service.suits({**FRAUD, "record_bytes": 2_000_000}).violated
    assert violation.need == "record_bytes" and violation.limit == "1,024,000 bytes"
    (limit,) = [row for row in catalogue.facts("aws", "firehose_delivery")["limits"] if row["id"] == "record-size"]
    assert f"{limit['value']:,} bytes" == violation.limit
