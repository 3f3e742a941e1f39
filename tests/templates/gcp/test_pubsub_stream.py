"""The stream on Pub/Sub: in the region, under our key, and with dead letters that are really kept."""

from __future__ import annotations

import json

import pytest

from archgen.services.catalogue import facts, services
from templates.gcp.pubsub_stream.component import ENVELOPE, PubSubStream, PubSubStreamArgs
from tests.templates.aws.stand_ins import FRAUD, alone, component
from tests.templates.gcp.conftest import REGION
from tests.templates.gcp.stand_ins import (
    PUBSUB_AGENT,
    Caller,
    assert_every_alert_reaches_a_person_and_ends,
    platform,
    threshold,
    waits_for,
)

SERVICE = services("gcp")["pubsub_stream"]
NEEDS = {**FRAUD, "replay_hours": 168}


def stream(protected: bool = True) -> PubSubStream:
    return PubSubStream("payments", PubSubStreamArgs(platform=platform(protected), retention_hours=168))


def test_topics_stay_in_the_region_under_our_key(record):
    for topic in record(stream).of(":Topic"):
        assert topic.inputs["kmsKeyName"] == "key-of-streams"
        assert topic.inputs["messageStoragePolicy"] == {"allowedPersistenceRegions": [REGION], "enforceInTransit": True}


def test_messages_follow_the_schema_and_are_replayable_for_a_week(record):
    recording = record(stream)
    topic = recording.one(":Topic", "payments").inputs
    assert topic["messageRetentionDuration"] == "604800s"
    assert topic["schemaSettings"]["encoding"] == "JSON"
    schema = recording.one(":Schema").inputs
    assert schema["type"] == "AVRO" and json.loads(schema["definition"])["name"] == "Envelope"


def test_the_envelope_has_no_union_whose_types_json_would_have_to_mark():
    fields = json.loads(ENVELOPE.read_text())["fields"]
    assert {field["name"]: field["type"] for field in fields} == {
        "id": "string",
        "time": "string",
        "document": "string",
    }


def test_a_reader_gets_a_subscription_that_never_expires_and_may_consume_it_alone(record):
    recording = record(lambda: stream().subscribe(Caller("velocity").workload))
    made = recording.one(":Subscription", "velocity-reads-payments")
    assert made.inputs["expirationPolicy"] == {"ttl": ""}
    assert made.inputs["deadLetterPolicy"]["maxDeliveryAttempts"] == 5
    assert made.protect
    grant = recording.one(":SubscriptionIAMMember", "velocity-reads-payments")
    assert (grant.inputs["role"], grant.inputs["member"]) == ("roles/pubsub.subscriber", "serviceAccount:velocity")
    assert grant.parent == recording.one(":Caller").urn
    assert waits_for(grant, made)


def test_dead_letters_are_forwarded_kept_and_reported(record):
    recording = record(lambda: stream().subscribe(Caller("velocity").workload))
    agent = recording.one(":SubscriptionIAMMember", "velocity-reads-payments-dead-letters").inputs
    assert (agent["role"], agent["member"]) == ("roles/pubsub.subscriber", PUBSUB_AGENT)
    publisher = recording.one(":TopicIAMMember", "payments-dead-letters")
    assert (publisher.inputs["role"], publisher.inputs["member"]) == ("roles/pubsub.publisher", PUBSUB_AGENT)
    kept = recording.one(":Subscription", "payments-dead-letters")
    assert kept.inputs["topic"] == "payments-dead-letters-id" and "deadLetterPolicy" not in kept.inputs
    assert waits_for(recording.one(":Subscription", "velocity-reads-payments"), publisher)
    assert "payments-dead-letters" in threshold(recording, "payments-dead-letters")["filter"]


def test_a_writer_may_publish_and_nothing_else(record):
    recording = record(lambda: stream().grant_write(Caller("scoring").workload))
    grant = recording.one(":TopicIAMMember", "scoring-writes-payments")
    assert (grant.inputs["role"], grant.inputs["topic"]) == ("roles/pubsub.publisher", "payments-Topic")
    assert grant.parent == recording.one(":Caller").urn


def test_refusals_slow_readers_and_dead_letters_call_for_a_person(record):
    recording = record(stream)
    assert_every_alert_reaches_a_person_and_ends(recording)
    assert threshold(recording, "payments-unread")["thresholdValue"] == 30
    assert 'metric.labels.response_class = "invalid"' in threshold(recording, "payments-refused")["filter"]


@pytest.mark.parametrize("protected", [True, False])
def test_only_a_protected_stream_resists_deletion(record, protected):
    assert {made.protect for made in record(lambda: stream(protected)).of(":Topic")} == {protected}


@pytest.mark.parametrize(
    ("need", "value", "limit"), [("record_bytes", 10_000_001, "record-size"), ("replay_hours", 745, "retention")]
)
def test_a_broken_limit_rules_it_out_with_the_published_figure(need, value, limit):
    (violation,) = SERVICE.suits({**NEEDS, need: value}).violated
    published = {one["id"]: one["value"] for one in facts("gcp", "pubsub_stream")["limits"]}
    assert violation.need == need and f"{published[limit]:,}" in violation.limit


def test_it_is_kept_as_long_as_it_is_to_be_replayed():
    assert SERVICE.arguments(component("events", "event-stream", NEEDS), alone())["retention_hours"] == 168
