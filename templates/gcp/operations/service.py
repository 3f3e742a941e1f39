"""Operations watches every part of the program that has something to watch."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services.service import Fit, Neighbours, Ref, Service, Value
from archgen.topology import Component, Needs


class OperationsService(Service):
    """Fits every program: it follows whatever there is to watch."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(score=100, reasons=("one dashboard over all parts, with the open incidents first",))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {
            "observed": tuple(
                Ref(component=id) for id in neighbours.others(component.id) if neighbours.services[id].observed
            )
        }


SERVICE = OperationsService(
    id="operations", role="operations", class_name="Operations", title="Cloud Monitoring", observed=False
)
