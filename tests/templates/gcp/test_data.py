"""What holds data: the cache, the lake, and the delivery between stream and lake."""

from __future__ import annotations

import json

import pytest

from archgen.services.catalogue import services
from templates.gcp.bigquery_lake.component import BigQueryLake, BigQueryLakeArgs, columns
from templates.gcp.pubsub_delivery.component import PubSubDelivery, PubSubDeliveryArgs
from templates.gcp.pubsub_stream.component import ENVELOPE
from templates.gcp.valkey_cache.component import ValkeyCache, ValkeyCacheArgs
from tests.templates.aws.stand_ins import FRAUD, demand, sizes
from tests.templates.gcp.stand_ins import (
    PUBSUB_AGENT,
    SERVICES_RANGE,
    TOPIC,
    Caller,
    Lake,
    Network,
    Stream,
    assert_every_alert_reaches_a_person_and_ends,
    platform,
    threshold,
    waits_for,
)


def cache(protected: bool = True) -> ValkeyCache:
    return ValkeyCache(
        "features",
        ValkeyCacheArgs(
            platform=platform(protected), network=Network(), node_type="HIGHMEM_XLARGE", shards=3, replicas=1
        ),
    )


def lake(captures: bool = True, protected: bool = True) -> BigQueryLake:
    return BigQueryLake("event-lake", BigQueryLakeArgs(platform=platform(protected), keep_days=400, captures=captures))


def delivery(target: Lake | None = None) -> PubSubDelivery:
    return PubSubDelivery(
        "event-delivery",
        PubSubDeliveryArgs(platform=platform(), source=Stream(), source_name="payments", destination=target or Lake()),
    )


def test_the_cache_is_encrypted_authorised_and_spread_over_zones(record):
    made = record(cache).one(":Instance").inputs
    assert (made["authorizationMode"], made["transitEncryptionMode"]) == ("IAM_AUTH", "SERVER_AUTHENTICATION")
    assert (made["kmsKey"], made["mode"]) == ("key-of-cache", "CLUSTER")
    assert (made["shardCount"], made["replicaCount"]) == (3, 1)
    assert made["zoneDistributionConfig"] == {"mode": "MULTI_ZONE"}
    assert "desiredPscAutoConnections" not in made, "deprecated"


def test_clients_are_told_the_discovery_address_and_every_authority(record):
    found: list[object] = []

    def build() -> None:
        made = cache()
        made.connection.host.apply(found.append)
        made.connection.ca_certificates.apply(found.append)

    record(build)
    assert sorted(map(str, found)) == ["10.20.8.2", "authority one\nauthority two\n"]


@pytest.mark.parametrize("verb", ["reads", "writes"])
def test_a_client_may_log_in_to_this_instance_and_reach_all_of_its_nodes(record, verb):
    def build() -> None:
        made = cache()
        (made.grant_read if verb == "reads" else made.grant_write)(Caller().workload)

    recording = record(build)
    grant = recording.one(":IAMMember", f"scoring-{verb}-features")
    assert grant.inputs["role"] == "roles/memorystore.dbConnectionUser"
    assert grant.inputs["condition"]["expression"] == 'resource.name == "features-id"'
    rule = recording.one(":Firewall", f"scoring-{verb}-features").inputs
    assert rule["destinationRanges"] == [SERVICES_RANGE]
    assert rule["allows"] == [{"protocol": "tcp", "ports": ["6379", "11000-13047"]}]


def test_who_runs_outside_the_network_cannot_be_let_at_the_cache(record):
    with pytest.raises(ValueError, match="runs outside the network"):
        record(lambda: cache().grant_read(Caller(tag=None).workload))


def test_a_full_or_busy_cache_calls_for_a_person(record):
    recording = record(cache)
    assert_every_alert_reaches_a_person_and_ends(recording)
    assert threshold(recording, "features-evicted")["thresholdValue"] == 0


def test_ten_thousand_requests_take_three_shards_with_a_copy():
    found = sizes(services("gcp")["valkey_cache"].size(demand("features", "online-features", FRAUD)))
    assert (found.shards.value, found.replicas.value) == (3, 1)


def test_the_lake_expires_by_day_and_no_query_reads_all_of_it(record):
    for table in record(lake).of(":Table"):
        partitions = table.inputs["timePartitioning"]
        assert (partitions["type"], partitions["expirationMs"]) == ("DAY", 400 * 86_400_000)
        assert table.inputs["requirePartitionFilter"] is True
        assert table.inputs["encryptionConfiguration"] == {"kmsKeyName": "key-of-warehouse"}
        (by,) = [one for one in json.loads(table.inputs["schema"]) if one["name"] == partitions["field"]]
        assert by["type"] == "TIMESTAMP"


def test_a_field_of_the_envelope_is_a_column_of_the_landing_table():
    fields = {field["name"] for field in json.loads(ENVELOPE.read_text())["fields"]}
    landing = {column["name"]: column for column in columns("landing")}
    assert fields <= set(landing)
    assert landing["document"]["type"] == "JSON"
    # What Pub/Sub adds with `write_metadata`.
    assert {"subscription_name", "message_id", "publish_time", "attributes"} == set(landing) - fields


def test_only_a_lake_that_a_model_writes_to_has_a_table_for_it(record):
    assert record(lake).one(":Table", "event-lake-captured")
    assert [made.name for made in record(lambda: lake(captures=False)).of(":Table")] == ["event-lake-landing"]


def test_a_writer_gets_its_table_and_never_the_dataset(record):
    def build() -> None:
        made = lake()
        made.grant_write(Caller("event-delivery").workload, made.landing)

    recording = record(build)
    grant = recording.one(":IamMember", "event-delivery-writes-event-lake")
    assert (grant.inputs["tableId"], grant.inputs["role"]) == ("landing", "roles/bigquery.dataEditor")
    assert grant.parent == recording.one(":Caller").urn
    assert not recording.of(":DatasetIamMember") + recording.of(":DatasetAccess")


@pytest.mark.parametrize("protected", [True, False])
def test_only_a_protected_lake_and_cache_resist_deletion(record, protected):
    made = record(lambda: lake(protected=protected))
    assert {table.inputs["deletionProtection"] for table in made.of(":Table")} == {protected}
    assert made.one(":Dataset").inputs["deleteContentsOnDestroy"] is not protected
    assert record(lambda: cache(protected)).one(":Instance").inputs["deletionProtectionEnabled"] is protected


def test_delivery_writes_typed_rows_as_its_own_account(record):
    target = Lake()
    recording = record(lambda: delivery(target))
    made = recording.one(":Subscription", "event-delivery-reads-payments")
    config = made.inputs["bigqueryConfig"]
    assert made.inputs["topic"] == TOPIC
    assert config["table"] == "payments.lake.landing"
    assert (config["useTopicSchema"], config["writeMetadata"], config["dropUnknownFields"]) == (True, True, False)
    assert config["serviceAccountEmail"] == "event-delivery-sa@payments.iam.gserviceaccount.com"
    assert target.written == [target.landing]


def test_the_subscription_waits_for_every_right_that_pubsub_checks(record):
    recording = record(delivery)
    acts = recording.one(":IAMMember", "event-delivery-pubsub")
    assert (acts.inputs["role"], acts.inputs["member"]) == ("roles/iam.serviceAccountTokenCreator", PUBSUB_AGENT)
    made = recording.one(":Subscription")
    assert waits_for(made, acts, recording.one(":IAMMember", "event-delivery-writes-lake"))


def test_what_bigquery_refuses_becomes_a_dead_letter_and_is_reported(record):
    recording = record(delivery)
    made = recording.one(":Subscription").inputs
    assert made["deadLetterPolicy"] == {"deadLetterTopic": f"{TOPIC}-dead", "maxDeliveryAttempts": 10}
    agent = recording.one(":SubscriptionIAMMember", "event-delivery-dead-letters").inputs
    assert (agent["role"], agent["member"]) == ("roles/pubsub.subscriber", PUBSUB_AGENT)
    assert_every_alert_reaches_a_person_and_ends(recording)
    assert "dead_letter_message_count" in threshold(recording, "event-delivery-given-up")["filter"]


def test_messages_beyond_ten_megabytes_rule_delivery_out():
    service = services("gcp")["pubsub_delivery"]
    assert service.suits({"record_bytes": 10_000_001}).violated
    assert not service.suits(FRAUD).violated
