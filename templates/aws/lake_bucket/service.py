"""The lake: an S3 bucket."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Fit, Neighbours, Service, Value
from archgen.topology import Component, Needs


class LakeBucket(Service):
    """Objects for as long as the spec keeps them."""

    def suits(self, needs: Needs) -> Fit:
        reasons = ["no capacity to plan, and no limit to what it holds"]
        if needs.get("customer_keys"):
            reasons.append(
                "encrypted under a key of the client, with bucket keys against the cost of a call per object"
            )
        return Fit(score=80, reasons=tuple(reasons))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        keep_days = component.needs.get("keep_days")
        return {} if keep_days is None else {"keep_days": int(str(keep_days))}


SERVICE = LakeBucket(
    id="lake_bucket",
    role="lake",
    class_name="LakeBucket",
    title="Amazon S3",
    speaks=frozenset({"s3"}),
    # The gateway endpoint that every network has.
    reached_through="s3",
    # A bucket has nothing that an on-call engineer could act on; whoever writes to it alarms on failed writes.
    observed=False,
    exports=("bucket_name",),
)
