"""What features are kept for."""

from __future__ import annotations

from archgen.topology import Needs


def entities_of(needs: Needs) -> tuple[str, ...]:
    """The kinds of entity, such as card and merchant. Raises `KeyError` where the component keeps none."""
    entities = needs["entities"]
    return entities if isinstance(entities, tuple) else (str(entities),)
