"""Online features: Memorystore for Valkey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Service, Value
from archgen.sizing import Quantity, one_year_of_growth
from archgen.topology import Component, Needs

NODE_TYPE = "HIGHMEM_XLARGE"
NODE_BYTES = 58 * 1024**3 * 0.75
"""Memory of one node that data can use: a quarter is left for snapshots and failover. See service.yaml."""

FEATURE_LIFETIME_S = 3900
"""Time to live of a feature: the longest window and a margin. The contract between the job and the scoring service."""

ZONES_THAT_MAY_BE_LOST = 1


class ValkeyCache(Service):
    """Sized by commands and by memory, whichever asks for more shards."""

    def suits(self, needs: Needs) -> Fit:
        reasons = ["reads in about a millisecond; counts are fresh at once, where a feature view waits for its sync"]
        if needs.get("customer_keys"):
            reasons.append("encrypted under a key of the client")
        return Fit(score=80, reasons=tuple(reasons))

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        return (_shards(demand), _replicas(demand))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {"node_type": NODE_TYPE}


def _shards(demand: Demand) -> Quantity:
    kinds = _kinds_of_entity(demand)

    def shards(assumptions: Assumptions) -> int:
        growth = demand.number("growth")
        events = one_year_of_growth(demand.number("records_per_second"), growth)
        reads = one_year_of_growth(demand.number("requests_per_second"), growth) * demand.number("reads_per_request")
        utilisation = assumptions.value("utilisation_target")
        commands = (reads + events * kinds) / (assumptions.value("cache_commands_per_node") * utilisation)
        held = events * FEATURE_LIFETIME_S * kinds * assumptions.value("distinct_entities_share")
        memory = held * assumptions.value("feature_hash_bytes") / (NODE_BYTES * utilisation)
        return ceil(round(max(commands, memory), 9))

    quantity = demand.quantity(
        "shards",
        "shards",
        "max of (requests_per_second x reads_per_request + records_per_second x entities) x (1 + growth) / "
        "(cache_commands_per_node x utilisation_target) and records_per_second x (1 + growth) x feature_lifetime_s x "
        "entities x distinct_entities_share x feature_hash_bytes / (node_bytes x utilisation_target), rounded up",
        shards,
        needs=("requests_per_second", "reads_per_request", "records_per_second", "growth"),
        assumptions=("cache_commands_per_node", "utilisation_target", "distinct_entities_share", "feature_hash_bytes"),
    )
    derived = {"entities": kinds, "feature_lifetime_s": FEATURE_LIFETIME_S, "node_bytes": int(NODE_BYTES)}
    return replace(quantity, inputs={**quantity.inputs, **derived})


def _replicas(demand: Demand) -> Quantity:
    quantity = demand.quantity(
        "replicas",
        "copies per shard",
        "zones_that_may_be_lost: with as many copies in other zones, one of a shard is always left",
        lambda assumptions: ZONES_THAT_MAY_BE_LOST,
    )
    return replace(quantity, inputs={"zones_that_may_be_lost": ZONES_THAT_MAY_BE_LOST})


def _kinds_of_entity(demand: Demand) -> int:
    entities = demand.needs["entities"]
    return len(entities) if isinstance(entities, tuple) else 1


SERVICE = ValkeyCache(
    id="valkey_cache",
    role="online-features",
    class_name="ValkeyCache",
    title="Memorystore for Valkey",
    speaks=frozenset({"valkey"}),
    inside_network=True,
    minimum={"shards": 1, "replicas": 1},
)
