"""A cache has as many shards as commands or memory ask for, and a copy of each in another zone."""

from __future__ import annotations

from dataclasses import replace

from archgen.knowledge import assumptions
from archgen.services.roles.online_features import FEATURE_LIFETIME_S, ShardedCache, cache_load
from archgen.topology import Need
from tests.services.surroundings import by_name, demand, neighbours

CACHE = ShardedCache(
    id="tested",
    role="online-features",
    class_name="Tested",
    title="Tested",
    counted="shards",
    node_type="large",
    node_bytes=1e12,
)
NEEDS: dict[str, Need] = {
    "requests_per_second": 1000,
    "reads_per_request": 3,
    "records_per_second": 500,
    "growth": 0.0,
    "entities": ("card", "merchant"),
}
PLAIN = {
    "cache_commands_per_node": 2000.0,
    "utilisation_target": 0.5,
    "distinct_entities_share": 1.0,
    "feature_hash_bytes": 100.0,
}


def test_reads_are_per_request_and_writes_per_kind_of_entity() -> None:
    load = cache_load(demand(PLAIN, **NEEDS), assumptions().overridden(PLAIN))
    assert (load.reads, load.writes) == (3000, 1000)
    assert load.hashes == 500 * FEATURE_LIFETIME_S * 2


def test_commands_decide_where_memory_is_ample() -> None:
    # 4,000 commands a second at 1,000 of each node.
    assert by_name(CACHE.size(demand(PLAIN, **NEEDS))).shards.value == 4


def test_memory_decides_where_nodes_are_small() -> None:
    held = 500 * FEATURE_LIFETIME_S * 2 * 100
    small = replace(CACHE, node_bytes=held / 5)
    rows = by_name(small.size(demand(PLAIN, **NEEDS)))
    assert rows.shards.value == 10
    assert rows.shards.inputs["node_bytes"] == held // 5


def test_each_shard_has_a_copy_in_another_zone() -> None:
    assert by_name(CACHE.size(demand(PLAIN, **NEEDS))).replicas.value == 1


def test_a_single_entity_is_one_kind() -> None:
    load = cache_load(demand(PLAIN, **{**NEEDS, "entities": "card"}), assumptions().overridden(PLAIN))
    assert load.writes == 500


def test_the_node_is_the_one_that_it_was_sized_for() -> None:
    part = demand(**NEEDS).component
    assert CACHE.arguments(part, neighbours(part)) == {"node_type": "large"}
