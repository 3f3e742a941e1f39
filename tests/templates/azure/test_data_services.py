"""Streams, cache, lake and delivery: private, under the client's key, sized by their published limits."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from archgen.knowledge import assumptions
from archgen.services import Demand, Service
from archgen.services.catalogue import facts, services
from archgen.topology import Component, Needs
from templates.azure.hardened.identity import (
    BLOB_DATA_CONTRIBUTOR,
    EVENT_HUBS_DATA_RECEIVER,
    EVENT_HUBS_DATA_SENDER,
)
from tests.templates.azure.conftest import Recorded, role

FRAUD: Needs = {
    "requests_per_second": 10_000,
    "records_per_second": 10_000,
    "record_bytes": 1_000,
    "payload_bytes": 2_000,
    "growth": 0.2,
    "entities": ("card", "merchant", "device"),
    "reads_per_request": 3,
    "freshness_s": 2,
    "latency_p99_ms": 100,
    "replay_hours": 168,
    "customer_keys": True,
}


def sizes(service: Service, needs: Needs = FRAUD, **changed: float) -> SimpleNamespace:
    component = Component(id="part", role=service.role, zone="network", needs=needs)
    rows = service.size(Demand(component=component, assumptions=assumptions().overridden(changed)))
    return SimpleNamespace(**{row.name: row for row in rows})


def test_streams_are_premium_and_take_no_keys(live: Recorded) -> None:
    assert {namespace.name for namespace in live.of("Namespace")} == {"events", "decisions"}
    for namespace in live.of("Namespace"):
        said = namespace.inputs
        assert said["sku"] == {"name": "Premium", "tier": "Premium", "capacity": 4}
        assert said["disableLocalAuth"] is True and said["publicNetworkAccess"] == "Disabled"
        assert said["zoneRedundant"] is True and said["encryption"]["keySource"] == "Microsoft.KeyVault"
    assert live.one("EventHub", "events").inputs["retentionDescription"]["retentionTimeInHours"] == 168


def test_readers_only_read_and_writers_only_write_one_hub(live: Recorded) -> None:
    hub = live.one("EventHub", "events")
    for name, wanted in {
        "authorisations-bridge-writes-events": EVENT_HUBS_DATA_SENDER,
        "velocity-reads-events": EVENT_HUBS_DATA_RECEIVER,
        "event-delivery-reads-events": EVENT_HUBS_DATA_RECEIVER,
    }.items():
        grant = live.one("RoleAssignment", name)
        assert role(grant) == wanted
        assert grant.inputs["scope"] in hub.identities, "the hub, not its namespace"
        assert grant.component == name.removesuffix("-writes-events").removesuffix("-reads-events")


@pytest.mark.parametrize(
    ("need", "value", "limit"), [("record_bytes", 1_048_577, "record-size"), ("replay_hours", 2161, "retention")]
)
def test_a_broken_limit_of_a_stream_is_the_published_one(need: str, value: int, limit: str) -> None:
    published = {row["id"]: row["value"] for row in facts("azure", "event_hubs")["limits"]}
    violations = services("azure")["event_hubs"].suits({**FRAUD, "records_per_second": 1, need: value}).violated
    assert [v.need for v in violations] == [need]
    assert f"{published[limit]:,}" in violations[0].limit


def test_ten_thousand_records_take_four_units_and_two_partitions_for_each_shard() -> None:
    found = sizes(services("azure")["event_hubs"])
    assert (found.units.value, found.partitions.value) == (4, 30)


def test_a_namespace_that_would_need_more_than_sixteen_units_is_ruled_out() -> None:
    (violation,) = services("azure")["event_hubs"].suits({**FRAUD, "records_per_second": 90_000}).violated
    assert (violation.found, violation.limit) == ("90 MB/s", "80 MB/s")


def test_the_cache_takes_tokens_and_keeps_what_it_was_given(live: Recorded) -> None:
    database, cluster = live.one("Database", "online-features").inputs, live.one("RedisEnterprise", "online-features")
    assert database["accessKeysAuthentication"] == "Disabled" and database["clientProtocol"] == "Encrypted"
    assert database["evictionPolicy"] == "NoEviction"
    assert cluster.inputs["highAvailability"] == "Enabled" and cluster.inputs["publicNetworkAccess"] == "Disabled"
    key = cluster.inputs["encryption"]["customerManagedKeyEncryption"]
    assert key["keyEncryptionKeyIdentity"]["identityType"] == "userAssignedIdentity"


def test_each_user_of_the_cache_is_let_in_under_its_own_name(live: Recorded) -> None:
    grants = {grant.name: grant for grant in live.of("AccessPolicyAssignment")}
    assert set(grants) == {"velocity-writes-online-features", "scoring-reads-online-features"}
    people = {grant.inputs["user"]["objectId"] for grant in grants.values()}
    assert len(people) == 2
    assert {grant.component for grant in grants.values()} == {"velocity", "scoring"}


def test_the_cache_is_sized_by_memory_here_and_by_commands_where_features_are_few() -> None:
    cache = services("azure")["managed_redis"]
    held = sizes(cache).size
    assert held.value == 100
    assert held.inputs["entities"] == 3
    busy = sizes(cache, {**FRAUD, "records_per_second": 10, "requests_per_second": 20_000}).size
    assert busy.value == 20


def test_the_lake_is_a_data_lake_with_both_of_its_addresses(live: Recorded) -> None:
    for lake in ("event-lake", "decision-lake"):
        groups = [
            endpoint.inputs["privateLinkServiceConnections"][0]["groupIds"]
            for endpoint in live.of("PrivateEndpoint", lake)
        ]
        assert sorted(groups) == [["blob"], ["dfs"]]
        assert role(live.one("RoleAssignment", f"{lake.removesuffix('-lake')}-delivery-writes-{lake}")) == (
            BLOB_DATA_CONTRIBUTOR
        )


@pytest.mark.parametrize(("lake", "days"), [("event-lake", 400), ("decision-lake", 2555)])
def test_what_is_kept_ends_when_the_spec_says(live: Recorded, lake: str, days: int) -> None:
    (rule,) = live.one("ManagementPolicy", lake).inputs["policy"]["rules"]
    assert rule["definition"]["actions"]["baseBlob"]["delete"] == {"daysAfterModificationGreaterThan": days}
    assert rule["definition"]["filters"]["prefixMatch"] == ["lake/"]


def test_delivery_reads_and_writes_as_itself(live: Recorded) -> None:
    job = live.one("StreamingJob", "event-delivery")
    assert job.inputs["identity"] == {"type": "SystemAssigned"}
    assert job.inputs["outputErrorPolicy"] == "Stop", "a dropped record nobody would miss"
    source = live.one("Input", "event-delivery").inputs["properties"]["datasource"]
    target = live.one("Output", "event-delivery").inputs["datasource"]
    assert source["authenticationMode"] == target["authenticationMode"] == "Msi"
    assert source["consumerGroupName"] == "event-delivery"
    grants = [live.one("RoleAssignment", f"event-delivery-{verb}") for verb in ("reads-events", "writes-event-lake")]
    assert live.waits_for(live.one("Output", "event-delivery"), *grants)
    assert len({grant.inputs["principalId"] for grant in grants}) == 1


def test_a_job_that_was_never_started_is_noticed(live: Recorded) -> None:
    (criterion,) = live.one("ScheduledQueryRule", "event-delivery-silent").inputs["criteria"]["allOf"]
    assert (criterion["operator"], criterion["threshold"]) == ("LessThan", 1)
    assert live.one("StreamingJob", "event-delivery").identities[0] in criterion["query"]


@pytest.mark.parametrize(("rate", "units"), [(100, 1), (1_500, 3), (3_000, 6), (10_000, 18)])
def test_streaming_units_come_in_the_sizes_that_there_are(rate: int, units: int) -> None:
    service = services("azure")["stream_analytics_delivery"]
    assert sizes(service, {**FRAUD, "records_per_second": rate}).streaming_units.value == units
