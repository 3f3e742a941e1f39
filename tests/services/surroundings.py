"""Components, loads and neighbours that say just what a test is about."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from archgen.knowledge import assumptions
from archgen.services import Demand, Neighbours, Region, Service
from archgen.sizing import Quantity
from archgen.topology import Component, Flow, Need, Topology, Zone


def component(id: str = "part", /, **needs: Need) -> Component:
    return Component(id=id, role="tested", zone="inside", needs=needs)


def demand(changed: dict[str, float] | None = None, /, **needs: Need) -> Demand:
    return Demand(component=component(**needs), assumptions=assumptions().overridden(changed or {}))


def external(id: str) -> Component:
    return Component(id=id, role="other", zone="outside", needs={})


def flow(source: str, target: str, kind: str = "events") -> Flow:
    return Flow(source=source, target=target, kind=kind, opened_by="source", data_class="internal", step=1)


def neighbours(
    *components: Component, flows: Sequence[Flow] = (), services: dict[str, Service] | None = None
) -> Neighbours:
    zones = (Zone(id="outside", kind="external"), Zone(id="inside", kind="network"))
    return Neighbours(
        topology=Topology(blueprint="test", zones=zones, components=components, flows=tuple(flows)),
        services=services or {},
        region=Region(name="somewhere-1", zones=("a", "b", "c")),
        assumptions=assumptions(),
    )


def by_name(quantities: Sequence[Quantity]) -> Any:
    return SimpleNamespace(**{quantity.name: quantity for quantity in quantities})
