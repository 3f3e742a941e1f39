"""By what the records of a stream are kept in order."""

from __future__ import annotations

from archgen.services.service import Neighbours
from archgen.topology import Component


def ordering_entity(component: Component, neighbours: Neighbours) -> str:
    """The first entity that features are kept for: its records have to stay in order.

    Empty where none are kept: records are then spread by their own id, and no order is lost that anybody reads.
    """
    keepers = (component, *neighbours.topology.of_role("stream-features"), *neighbours.topology.of_role("scoring"))
    for keeper in keepers:
        entities = keeper.needs.get("entities")
        if isinstance(entities, tuple) and entities:
            return str(entities[0])
    return ""
