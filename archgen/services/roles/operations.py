"""Operations: what watches every part of the program that has something to watch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services.service import Fit, Neighbours, Ref, Service, Value
from archgen.topology import Component, Needs


@dataclass(frozen=True, kw_only=True)
class Operations(Service):
    """Fits every program: it follows whatever there is to watch. `strength` is what it shows it with."""

    strength: str

    def suits(self, needs: Needs) -> Fit:
        """Nothing rules it out."""
        return Fit(score=100, reasons=(self.strength,))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """Every other component whose service is observed."""
        return {
            "observed": tuple(
                Ref(component=id) for id in neighbours.others(component.id) if neighbours.services[id].observed
            )
        }
