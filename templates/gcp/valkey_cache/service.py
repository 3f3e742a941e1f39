"""Online features: Memorystore for Valkey."""

from __future__ import annotations

from dataclasses import dataclass

from archgen.services import Fit
from archgen.services.roles.online_features import ShardedCache
from archgen.topology import Needs

NODE_TYPE = "HIGHMEM_XLARGE"
NODE_BYTES = 58 * 1024**3 * 0.75
"""Memory of one node that data can use: a quarter is left for snapshots and failover. See service.yaml."""


@dataclass(frozen=True, kw_only=True)
class ValkeyCache(ShardedCache):
    """Sized by commands and by memory, whichever asks for more shards."""

    def suits(self, needs: Needs) -> Fit:
        reasons = ["reads in about a millisecond; counts are fresh at once, where a feature view waits for its sync"]
        if needs.get("customer_keys"):
            reasons.append("encrypted under a key of the client")
        return Fit(score=80, reasons=tuple(reasons))


SERVICE = ValkeyCache(
    id="valkey_cache",
    role="online-features",
    class_name="ValkeyCache",
    title="Memorystore for Valkey",
    speaks=frozenset({"valkey"}),
    inside_network=True,
    counted="shards",
    node_type=NODE_TYPE,
    node_bytes=NODE_BYTES,
    minimum={"shards": 1, "replicas": 1},
)
