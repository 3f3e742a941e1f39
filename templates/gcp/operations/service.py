"""Operations watches every part of the program that has something to watch."""

from __future__ import annotations

from archgen.services.roles.operations import Operations

SERVICE = Operations(
    id="operations",
    role="operations",
    class_name="Operations",
    title="Cloud Monitoring",
    observed=False,
    strength="one dashboard over all parts, with the open incidents first",
)
