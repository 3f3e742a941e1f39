"""Online features: a cache that is sized by commands and by memory, whichever asks for more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services.entities import entities_of
from archgen.services.service import Demand, Neighbours, Service, Value
from archgen.sizing import Quantity, one_year_of_growth
from archgen.topology import Component

FEATURE_LIFETIME_S = 3900
"""Time to live of a feature: the longest window and a margin. The contract between writer and scoring service."""

ZONES_THAT_MAY_BE_LOST = 1

NEEDS = ("requests_per_second", "reads_per_request", "records_per_second", "growth")
"""The needs behind `cache_load`."""

ASSUMPTIONS = ("cache_commands_per_node", "utilisation_target", "distinct_entities_share", "feature_hash_bytes")
"""The assumptions behind the size of a cache."""


@dataclass(frozen=True, kw_only=True)
class CacheLoad:
    """What a cache carries at the peak in a year.

    `reads` and `writes` are commands a second, one write for each kind of entity of a record; `hashes` are the feature
    hashes that live at once.
    """

    reads: float
    writes: float
    hashes: float


def cache_load(demand: Demand, assumptions: Assumptions) -> CacheLoad:
    """The load of a cache under these assumptions."""
    growth, kinds = demand.number("growth"), len(entities_of(demand.needs))
    events = one_year_of_growth(demand.number("records_per_second"), growth)
    return CacheLoad(
        reads=one_year_of_growth(demand.number("requests_per_second"), growth) * demand.number("reads_per_request"),
        writes=events * kinds,
        hashes=events * FEATURE_LIFETIME_S * kinds * assumptions.value("distinct_entities_share"),
    )


def cache_quantity(quantity: Quantity, demand: Demand, facts: Mapping[str, int]) -> Quantity:
    """The quantity of a cache with what its formula takes besides needs and assumptions among its inputs."""
    derived = {"entities": len(entities_of(demand.needs)), "feature_lifetime_s": FEATURE_LIFETIME_S}
    return replace(quantity, inputs={**quantity.inputs, **derived, **facts})


@dataclass(frozen=True, kw_only=True)
class ShardedCache(Service):
    """A cache of as many shards as commands or memory ask for, each with a copy in another zone.

    `counted` is the argument that the shards fill, `node_type` the node, `node_bytes` its memory that data can use.
    """

    counted: str
    node_type: str
    node_bytes: float

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        """Shards, and copies per shard."""
        return (self._shards(demand), _copies(demand))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """The type of a node."""
        return {"node_type": self.node_type}

    def _shards(self, demand: Demand) -> Quantity:
        def shards(assumptions: Assumptions) -> int:
            load, utilisation = cache_load(demand, assumptions), assumptions.value("utilisation_target")
            commands = (load.reads + load.writes) / (assumptions.value("cache_commands_per_node") * utilisation)
            memory = load.hashes * assumptions.value("feature_hash_bytes") / (self.node_bytes * utilisation)
            return ceil(round(max(commands, memory), 9))

        quantity = demand.quantity(
            self.counted,
            "shards",
            "max of (requests_per_second x reads_per_request + records_per_second x entities) x (1 + growth) / "
            "(cache_commands_per_node x utilisation_target) and records_per_second x (1 + growth) x feature_lifetime_s"
            " x entities x distinct_entities_share x feature_hash_bytes / (node_bytes x utilisation_target), rounded"
            " up",
            shards,
            needs=NEEDS,
            assumptions=ASSUMPTIONS,
        )
        return cache_quantity(quantity, demand, {"node_bytes": int(self.node_bytes)})


def _copies(demand: Demand) -> Quantity:
    quantity = demand.quantity(
        "replicas",
        "copies per shard",
        "zones_that_may_be_lost: with as many copies in other zones, one of a shard is always left",
        lambda assumptions: ZONES_THAT_MAY_BE_LOST,
    )
    return replace(quantity, inputs={"zones_that_may_be_lost": ZONES_THAT_MAY_BE_LOST})
