"""`docs/sizing.md`: every quantity with its formula and a column per stack; the latency budget; the assumptions."""

from __future__ import annotations

from archgen.design import PRODUCTION, Design
from archgen.documents.markdown import number, table, text
from archgen.knowledge import Assumption
from archgen.sizing import LatencyBudget, Window
from archgen.sizing.window import ASSUMPTIONS as WINDOW_ASSUMPTIONS

_MINUTE_MS = 60_000


def sizing_page(design: Design) -> str:
    """The page as Markdown."""
    parts = [
        "# Sizing",
        "Production carries the whole load, staging a share of it, dev the smallest size that works."
        " Low and high are the same formula at the ends of its assumptions.",
        _quantities(design),
    ]
    if design.latency:
        batch = isinstance(design.latency, Window)
        parts += ["## Window" if batch else "## Latency budget", _budget(design.latency)]
    parts += ["## Assumptions", _assumptions(design)]
    return "\n\n".join(parts) + "\n"


def _quantities(design: Design) -> str:
    rows = []
    for binding in design.bindings.values():
        by_stack = {stack: {row.name: row for row in sizes} for stack, sizes in binding.sizes.items()}
        for name, row in by_stack[PRODUCTION].items():
            inputs = ", ".join(f"{key} {number(value)}" for key, value in row.inputs.items())
            spread = f"{number(row.low)} to {number(row.high)}" if row.low != row.high else ""
            values = [number(by_stack[stack][name].value) for stack in design.stacks]
            rows.append((row.component, text(name), *values, text(row.unit), text(row.formula), text(inputs), spread))
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
    used = sorted({id for row in design.sizing for id in row.inputs if id in design.assumptions})
    if isinstance(design.latency, Window):
        used = sorted({*used, *(id for id in WINDOW_ASSUMPTIONS if id in design.assumptions)})
    elif design.latency:
        used += sorted(id for id in design.assumptions if id.startswith("hop_") or id == "fallback_margin_ms")
    rows = [_assumption(design.assumptions[id]) for id in used]
    return table(("id", "value", "unit", "what", "source", "confidence"), rows)


def _assumption(row: Assumption) -> tuple[str, ...]:
    return f"`{row.id}`", number(row.value), row.unit, text(row.text), text(row.source), row.confidence
