"""Online features: ElastiCache for Valkey."""

from __future__ import annotations

from dataclasses import dataclass

from archgen.services import Fit
from archgen.services.roles.online_features import ShardedCache
from archgen.topology import Needs

NODE_TYPE = "cache.r7g.xlarge"
NODE_BYTES = 26.32 * 1024**3 * 0.75
"""Memory of one node that data can use: a quarter is reserved for snapshots and failover. See service.yaml."""


@dataclass(frozen=True, kw_only=True)
class ValkeyCache(ShardedCache):
    """Sized by commands and by memory, whichever asks for more shards."""

    def suits(self, needs: Needs) -> Fit:
        reasons = ["reads in about a millisecond, and capacity by shards instead of an account-wide request quota"]
        if needs.get("customer_keys"):
            reasons.append("encrypted under a key of the client; the Feature Store's in-memory tier has none")
        return Fit(score=80, reasons=tuple(reasons))


SERVICE = ValkeyCache(
    id="valkey_cache",
    role="online-features",
    class_name="ValkeyCache",
    title="Amazon ElastiCache for Valkey",
    speaks=frozenset({"valkey"}),
    inside_network=True,
    counted="node_groups",
    node_type=NODE_TYPE,
    node_bytes=NODE_BYTES,
    minimum={"node_groups": 1, "replicas": 1},
)
