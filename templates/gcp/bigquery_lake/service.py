"""The lake: a BigQuery dataset."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Fit, Neighbours, Service, Value
from archgen.topology import Component, Needs


class BigQueryLakeService(Service):
    """Rows for as long as the spec keeps them."""

    def suits(self, needs: Needs) -> Fit:
        reasons = ["the stream lands in tables that can be queried at once, with no job between"]
        if needs.get("customer_keys"):
            reasons.append("encrypted under a key of the client")
        return Fit(score=80, reasons=tuple(reasons))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        keep_days = component.needs.get("keep_days")
        found: dict[str, Value] = {} if keep_days is None else {"keep_days": int(str(keep_days))}
        if any(flow.kind == "capture" and flow.target == component.id for flow in neighbours.flows(component.id)):
            found["captures"] = True
        return found


SERVICE = BigQueryLakeService(
    id="bigquery_lake",
    role="lake",
    class_name="BigQueryLake",
    title="BigQuery",
    speaks=frozenset({"bigquery"}),
    reached_through="googleapis.com",
    # A table has nothing that an on-call engineer could act on; whoever writes to it alarms on failed writes.
    observed=False,
)
