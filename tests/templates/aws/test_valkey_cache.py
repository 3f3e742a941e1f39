from __future__ import annotations

import json

import pytest

from archgen import registry
from archgen.services import catalogue
from templates.aws.valkey_cache.component import ValkeyCache, ValkeyCacheArgs
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    FRAUD,
    Caller,
    Network,
    actions,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    demand,
    platform,
    policy,
    sizes,
    waits_for,
)

SERVICE = catalogue.services("aws")["valkey_cache"]


def build(protected=True, name="payments-fraud-prod", inside=True, replicas=1):
    cache = ValkeyCache(
        "features",
        ValkeyCacheArgs(
            platform=platform(protected, name),
            network=Network(),
            node_type="cache.r7g.xlarge",
            node_groups=3,
            replicas=replicas,
        ),
    )
    cache.grant_read(Caller("scoring", inside).workload)
    cache.grant_write(Caller("velocity", inside).workload)


def test_encrypted_at_rest_under_the_client_s_key_and_always_in_transit(record):
    cache = record(build).one(":ReplicationGroup").inputs
    assert cache["atRestEncryptionEnabled"] and cache["kmsKeyId"] == DATA_KEY
    assert cache["transitEncryptionEnabled"] and cache["transitEncryptionMode"] == "required"


def test_it_outlives_a_node_and_a_zone(record):
    made = record(build)
    cache = made.one(":ReplicationGroup").inputs
    assert cache["automaticFailoverEnabled"] and cache["multiAzEnabled"]
    assert (cache["numNodeGroups"], cache["replicasPerNodeGroup"]) == (3, 1)
    assert made.one(":SubnetGroup").inputs["subnetIds"] == ["data-a", "data-b", "data-c"]


def test_its_own_parameter_group_keeps_cluster_mode_on(record):
    parameters = {p["name"]: p["value"] for p in record(build).one(":ParameterGroup").inputs["parameters"]}
    assert parameters == {"cluster-enabled": "yes", "maxmemory-policy": "volatile-lru"}


def test_users_log_in_with_iam_and_see_features_only(record):
    made = record(build)
    users = {user.name: user.inputs for user in made.of(":User")}
    assert set(users) == {"features-reader", "features-writer"}
    for user in users.values():
        assert user["authenticationMode"] == {"type": "iam"}
        assert user["userId"] == user["userName"] == user["userId"].lower()
        assert "~f:*" in user["accessString"].split() and "~*" not in user["accessString"].split()
        # Rules apply from left to right: all off first, and what is dangerous off again at the end.
        rules = user["accessString"].split()
        assert rules.index("-@all") < rules.index("+@read") < rules.index("-@dangerous") == len(rules) - 1
    assert "+@write" not in users["features-reader"]["accessString"]
    assert "+@write" in users["features-writer"]["accessString"]
    assert made.one(":ReplicationGroup").inputs["userGroupIds"] == [made.one(":UserGroup").inputs["userGroupId"]]


def test_user_ids_fit_and_stay_unique_when_names_are_long(record):
    ids = [
        user.inputs["userId"]
        for name in ("a-project-with-a-rather-long-name-staging", "a-project-with-a-rather-long-name-prod")
        for user in record(lambda name=name: build(name=name)).of(":User")
    ]
    assert len(set(ids)) == 4
    assert all(len(id) <= 40 and "--" not in id and not id.endswith("-") for id in ids), ids


@pytest.mark.parametrize(
    ("grant", "user"), [("scoring-reads-features", "features-reader"), ("velocity-writes-features", "features-writer")]
)
def test_a_workload_may_log_in_as_its_own_user_alone(record, grant, user):
    made = record(build)
    (said,) = policy(made.one(":RolePolicy", grant))
    assert actions([said]) == {"elasticache:Connect"}
    others = {"features-reader", "features-writer"} - {user}
    assert any(arn.endswith(f"/{user}") for arn in said["Resource"])
    assert not [arn for arn in said["Resource"] for other in others if arn.endswith(f"/{other}")]
    assert any("ReplicationGroup" in arn for arn in said["Resource"])


def test_the_path_is_open_between_the_two_groups_only(record):
    made = record(build)
    rules = [*made.of(":SecurityGroupEgressRule"), *made.of(":SecurityGroupIngressRule")]
    assert {rule.name for rule in rules} == {"scoring-reads-features", "velocity-writes-features"}
    for rule in rules:
        assert rule.inputs["fromPort"] == rule.inputs["toPort"] == 6379
        assert rule.inputs["referencedSecurityGroupId"] and "cidrIpv4" not in rule.inputs
    assert not record(lambda: build(inside=False)).of(":SecurityGroupIngressRule")


def test_logs_are_declared_before_the_cache_writes_them(record):
    made = record(build)
    cache = made.one(":ReplicationGroup")
    groups = made.of(":LogGroup")
    configurations = cache.inputs["logDeliveryConfigurations"]
    assert {c["logType"] for c in configurations} == {"slow-log", "engine-log"}
    assert {c["destination"] for c in configurations} == {group.inputs["name"] for group in groups}
    assert waits_for(cache, *groups)
    assert_every_log_group_is_encrypted_and_ends(made)


def test_deletion_leaves_a_snapshot_in_production_only(record):
    production = record(build).one(":ReplicationGroup")
    assert production.protect and production.inputs["finalSnapshotIdentifier"] == "payments-fraud-prod-features-final"
    assert production.inputs["snapshotRetentionLimit"] >= 15
    development = record(lambda: build(protected=False)).one(":ReplicationGroup")
    assert not development.protect and "finalSnapshotIdentifier" not in development.inputs


def test_every_node_of_every_shard_is_watched(record):
    made = record(build)
    alarms = made.of(":MetricAlarm")
    watched = {(a.inputs["metricName"], a.inputs["dimensions"]["CacheClusterId"]) for a in alarms}
    names = {"EngineCPUUtilization", "DatabaseMemoryUsagePercentage", "Evictions", "ReplicationLag", "CurrConnections"}
    assert {metric for metric, _ in watched} == names
    nodes = {node for _, node in watched}
    assert len(nodes) == 6 and len(watched) == 30
    assert {node[-9:] for node in nodes} == {f"-000{shard}-00{node}" for shard in (1, 2, 3) for node in (1, 2)}
    assert_every_alarm_reaches_a_person(made)
    assert_every_role_is_bounded_and_never_open(made)


def test_size_for_10000_payments_a_second():
    size = sizes(SERVICE.size(demand("features", "online-features")))
    # (10,000 x 3 reads + 10,000 x 3 writes) x 1.2 = 72,000 commands / (40,000 x 0.7) = 2.6 shards
    assert size.node_groups.value == 3
    assert size.replicas.value == 1
    assert size.node_groups.low < size.node_groups.value < size.node_groups.high
    assert size.node_groups.inputs["entities"] == 3


def test_memory_decides_when_hashes_are_large():
    # 12,000/s x 3,900 s x 3 x 0.5 = 70.2 M hashes of 2 kB against 14.8 GB planned per node
    size = sizes(SERVICE.size(demand("features", "online-features", feature_hash_bytes=2_000)))
    assert size.node_groups.value == 10


def test_growth_and_load_drive_the_shards():
    quiet = {**FRAUD, "requests_per_second": 500, "records_per_second": 500}
    assert sizes(SERVICE.size(demand("features", "online-features", quiet))).node_groups.value == 1


def test_the_lifetime_is_the_one_that_scoring_and_the_job_agree_on():
    layout = registry.find("templates", "parts/feature_layout/feature_layout/feature_layout.json")
    quantity = sizes(SERVICE.size(demand("features", "online-features"))).node_groups
    assert quantity.inputs["feature_lifetime_s"] == json.loads(layout.read_text())["time_to_live_seconds"]


def test_the_options_not_taken_are_there_with_their_figures():
    limits = {row["id"]: row for row in catalogue.facts("aws", "valkey_cache")["limits"]}
    assert limits["feature-store-requests"]["value"] == 10_000
    assert limits["feature-store-batch-requests"]["value"] == 500
    assert limits["feature-store-in-memory-key"]["value"] == "none"
    assert all(row["source"] and row["date"] and row["confidence"] for row in limits.values())
