"""`docs/sizing.md`: every quantity with its formula and a column per stack; the latency budget; the assumptions."""

from __future__ import annotations

from archgen.business import people_quantities
from archgen.design import PRODUCTION, Design
from archgen.documents.markdown import number, table, text
from archgen.knowledge import Assumption, Assumptions
from archgen.sizing import LatencyBudget, Quantity, Window, hops_of, workload_sizing
from archgen.sizing.window import ASSUMPTIONS as WINDOW_ASSUMPTIONS
from archgen.spec import Spec

_MINUTE_MS = 60_000


def sizing_page(design: Design) -> str:
    """The page as Markdown."""
    parts = [
        "# Sizing",
        "Production carries the whole load, staging a share of it, dev the smallest size that works."
        " Low and high are the same formula at the ends of its assumptions.",
        _quantities(design),
        "## Workload",
        "What no single component is sized by: the promise, lines and tokens, the growth of data, and people.",
        _workload(design),
    ]
    if design.latency:
        batch = isinstance(design.latency, Window)
        parts += ["## Window" if batch else "## Latency budget", _budget(design.latency)]
    parts += ["## Assumptions", _assumptions(design)]
    return "\n\n".join(parts) + "\n"


def workload_rows(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """What a spec asks for on every cloud, and the people beside it: the rows that need no service to be reckoned."""
    return (*workload_sizing(spec, assumptions), *people_quantities(spec, assumptions))


def spread(row: Quantity) -> str:
    """Low to high, or nothing where the assumptions leave no room."""
    return f"{number(row.low)} to {number(row.high)}" if row.low != row.high else ""


def _workload(design: Design) -> str:
    rows = [
        (
            row.component,
            text(row.name.replace("_", " ")),
            number(row.value),
            text(row.unit),
            text(row.formula),
            text(_inputs(row)),
            spread(row),
        )
        for row in workload_rows(design.spec, design.assumptions)
    ]
    return table(("what", "size", "value", "unit", "formula", "inputs", "low to high"), rows)


def _inputs(row: Quantity) -> str:
    return ", ".join(f"{key} {number(value)}" for key, value in row.inputs.items())


def _quantities(design: Design) -> str:
    rows = []
    for binding in design.bindings.values():
        by_stack = {stack: {row.name: row for row in sizes} for stack, sizes in binding.sizes.items()}
        for name, row in by_stack[PRODUCTION].items():
            values = [number(by_stack[stack][name].value) for stack in design.stacks]
            said = (text(row.unit), text(row.formula), text(_inputs(row)), spread(row))
            rows.append((row.component, text(name), *values, *said))
    return table(("component", "size", *design.stacks, "unit", "formula", "inputs", "low to high"), rows)


def _budget(budget: LatencyBudget | Window) -> str:
    if isinstance(budget, Window):
        return _window(budget)
    rows = [(text(hop.hop), number(hop.p99_ms)) for hop in budget.hops]
    rows += [("**sum**", f"**{number(budget.total_ms)}**"), ("reserve", number(budget.reserve_ms))]
    rows += [("limit (p99)", number(budget.limit_ms)), ("rules alone decide after", number(budget.fallback_after_ms))]
    return table(("hop", "ms"), rows)


def _window(window: Window) -> str:
    minutes = [(hop.hop, hop.p99_ms) for hop in window.hops]
    rows = [(text(step), number(round(ms / _MINUTE_MS, 1))) for step, ms in minutes]
    rows += [("**sum**", f"**{number(round(window.total_ms / _MINUTE_MS, 1))}**")]
    rows += [("left", number(round(window.reserve_ms / _MINUTE_MS, 1)))]
    rows += [("shortest window of a year", number(round(window.limit_ms / _MINUTE_MS, 1)))]
    if window.limit_ms != window.nominal_ms:
        rows += [("window of an ordinary night", number(round(window.nominal_ms / _MINUTE_MS, 1)))]
    return table(("step", "min"), rows)


def _assumptions(design: Design) -> str:
    sized = (*design.sizing, *workload_rows(design.spec, design.assumptions))
    used = sorted({id for row in sized for id in row.inputs if id in design.assumptions})
    if isinstance(design.latency, Window):
        used = sorted({*used, *(id for id in WINDOW_ASSUMPTIONS if id in design.assumptions)})
    elif design.latency:
        hops = (f"hop_{name}_ms" for name in hops_of(design.spec, design.assumptions))
        used = sorted({*used, *hops, "fallback_margin_ms"})
    rows = [_assumption(design.assumptions[id]) for id in used]
    return table(("id", "value", "unit", "what", "source", "confidence"), rows)


def _assumption(row: Assumption) -> tuple[str, ...]:
    return f"`{row.id}`", number(row.value), row.unit, text(row.text), text(row.source), row.confidence
