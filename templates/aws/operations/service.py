"""Operations watches every part of the program that has something to watch, and asks for what all of them need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services import Neighbours, Ref, Value
from archgen.services.account import account_baseline
from archgen.services.roles.operations import Operations
from archgen.topology import Component


@dataclass(frozen=True, kw_only=True)
class OperationsService(Operations):
    """Quotas are the account's: one stack of it asks for what all parts need together."""

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        given = super().arguments(component, neighbours)
        limited = tuple(Ref(component=id) for id in neighbours.others(component.id) if neighbours.services[id].limited)
        return {**given, "limited": limited, "manage_account_baseline": account_baseline()} if limited else given


SERVICE = OperationsService(
    id="operations",
    role="operations",
    class_name="Operations",
    title="Amazon CloudWatch",
    observed=False,
    strength="a dashboard for who is on call, one for who owns the decisions, and one alarm over all parts",
)
