"""What a pattern is, and which one a metric of the spec belongs to."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from archgen.business.requirement import Figures, Requirement, Unfit
from archgen.knowledge import Assumptions
from archgen.spec import Spec

Derive = Callable[[Figures], Requirement]


@dataclass(frozen=True, kw_only=True)
class KpiPattern:
    """`metrics` are the words of `objective.kpi.metric` that it answers to."""

    id: str
    metrics: tuple[str, ...]
    derive: Derive


_known: dict[str, KpiPattern] = {}


def pattern(id: str, *metrics: str) -> Callable[[Derive], Derive]:
    """Marks the derivation of a pattern."""

    def register(derive: Derive) -> Derive:
        _known[id] = KpiPattern(id=id, metrics=metrics, derive=derive)
        return derive

    return register


@cache
def patterns() -> Mapping[str, KpiPattern]:
    """Every pattern by id."""
    folder = importlib.import_module("archgen.business.kpis")
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")
    return dict(sorted(_known.items()))


def requirement_of(spec: Spec, assumptions: Assumptions) -> Requirement:
    """What the KPI of a spec asks of a model. An unknown metric is not guessed at: the known ones are named."""
    metric = spec.objective.kpi.metric
    found = next((one for one in patterns().values() if metric in one.metrics), None)
    if found:
        try:
            return found.derive(Figures(spec, assumptions))
        except (ValueError, ZeroDivisionError) as unfit:
            why = str(unfit) if isinstance(unfit, Unfit) else "a figure is zero or out of its range"
            return _unreckoned(spec, found.id, f"nothing can be reckoned: {why}; state baseline and target as shares")
    known = ", ".join(sorted(word for one in patterns().values() for word in one.metrics))
    return _unreckoned(
        spec,
        None,
        f"'{metric}' is none of the figures whose arithmetic is known: state it as one of {known}, or give the"
        " metric of the model yourself",
    )


def _unreckoned(spec: Spec, pattern: str | None, why: str) -> Requirement:
    kpi = spec.objective.kpi
    return Requirement(
        pattern=pattern,
        kpi=f"{kpi.metric} to {kpi.target}",
        metric=why,
        proof="none until the figure is known",
        guards=(kpi.guard,) if kpi.guard else (),
    )
