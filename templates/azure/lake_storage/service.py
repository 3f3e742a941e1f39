"""The lake: Azure Data Lake Storage."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Fit, Neighbours, Service, Value
from archgen.topology import Component, Needs


class LakeStorageService(Service):
    """Blobs for as long as the spec keeps them."""

    def suits(self, needs: Needs) -> Fit:
        reasons = ["no capacity to plan, and three zones"]
        if needs.get("customer_keys"):
            reasons.append("encrypted under a key of the client")
        return Fit(score=80, reasons=tuple(reasons))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {"keep_days": int(str(component.needs["keep_days"]))}


SERVICE = LakeStorageService(
    id="lake_storage",
    role="lake",
    class_name="LakeStorage",
    title="Azure Data Lake Storage Gen2",
    speaks=frozenset({"blob"}),
    reached_through="dfs",
    calls=frozenset({"blob"}),
    # An account has nothing that an on-call engineer could act on; whoever writes to it alerts on failed writes.
    observed=False,
)
