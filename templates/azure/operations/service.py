"""Operations watches every part of the program that has something to watch."""

from __future__ import annotations

from archgen.services.roles.operations import Operations

SERVICE = Operations(
    id="operations",
    role="operations",
    class_name="Operations",
    title="Azure Monitor",
    observed=False,
    strength="one workbook over all parts, and Azure's own incidents",
)
