"""Online features: Azure Managed Redis."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Service, Violation
from archgen.services.roles.online_features import ASSUMPTIONS, NEEDS, cache_load, cache_quantity
from archgen.sizing import Quantity
from archgen.topology import Needs

SIZES: Mapping[int, tuple[int, int]] = {
    3: (4, 3),
    5: (4, 6),
    10: (8, 12),
    20: (16, 24),
    50: (32, 60),
    100: (64, 120),
    150: (96, 180),
    250: (128, 240),
    350: (192, 360),
    500: (256, 480),
    700: (320, 720),
}
"""Compute-optimised sizes: vCPU of both nodes, GB of memory for data. Source: `sizes` in service.yaml."""
USABLE = 0.8
"""Share of the memory that data can use; the rest is the server's."""
VCPUS_OF_A_NODE = 4
"""The node that `cache_commands_per_node` was stated for."""
COPIES = 2


class ManagedRedisService(Service):
    """Sized by commands and by memory, whichever asks for the larger size."""

    def suits(self, needs: Needs) -> Fit:
        reads = float(str(needs.get("requests_per_second", 0))) * float(str(needs.get("reads_per_request", 1)))
        largest = max(vcpus for vcpus, _ in SIZES.values()) * 10_000
        violated = (
            Violation(
                need="requests_per_second",
                found=f"{reads:,.0f} reads/s",
                limit=f"{largest:,} commands/s",
                reason="the largest size carries no more; spread the entities over several caches",
            ),
        )
        return Fit(
            score=80,
            reasons=("reads in about a millisecond", "a copy in another zone, under the client's key"),
            violated=violated if reads > largest else (),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        quantity = demand.quantity(
            "size",
            "number of the size (ComputeOptimized_X..)",
            "the least size with vCPU >= (requests_per_second x reads_per_request + 2 x records_per_second x entities)"
            " x (1 + growth) / (cache_commands_per_node / 4 vCPU x utilisation_target) and memory x 0.8 >="
            " records_per_second x (1 + growth) x feature_lifetime_s x entities x 2 x distinct_entities_share x"
            " feature_hash_bytes / utilisation_target",
            lambda assumptions: _size(demand, assumptions),
            needs=NEEDS,
            assumptions=ASSUMPTIONS,
        )
        return (cache_quantity(quantity, demand, {}),)


def _size(demand: Demand, assumptions: Assumptions) -> int:
    load, utilisation = cache_load(demand, assumptions), assumptions.value("utilisation_target")
    # A write is done twice, by the shard and by its copy; only the shard answers reads.
    per_vcpu = assumptions.value("cache_commands_per_node") / VCPUS_OF_A_NODE * utilisation
    vcpus = ceil(round((load.reads + 2 * load.writes) / per_vcpu, 9))
    # The worker keeps what it counts from beside each hash that readers see.
    held = COPIES * load.hashes
    gigabytes = held * assumptions.value("feature_hash_bytes") / utilisation / 1e9
    fitting = (size for size, (cores, memory) in SIZES.items() if cores >= vcpus and memory * USABLE >= gigabytes)
    return next(fitting, max(SIZES))


SERVICE = ManagedRedisService(
    id="managed_redis",
    role="online-features",
    class_name="ManagedRedis",
    title="Azure Managed Redis",
    speaks=frozenset({"redis"}),
    reached_through="redisEnterprise",
    minimum={"size": 3},
)
