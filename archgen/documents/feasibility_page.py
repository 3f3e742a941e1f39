"""What a business figure asks of a model, how success is measured, and whether it can be done: before all decisions."""

from __future__ import annotations

from archgen.business import success
from archgen.design import Design
from archgen.documents.markdown import number, table, text


def feasibility_page(design: Design) -> str:
    """Markdown: the arithmetic with its assumptions, the metrics of success by layer, the rubric and the gates."""
    return "\n\n".join([*_business(design), *_success(design), *_feasibility(design)]) + "\n"


def _business(design: Design) -> list[str]:
    required = design.required
    parts = [
        f"# 0. What is asked for, and whether it can be done: {text(design.spec.title or design.spec.name)}",
        "## From the business figure to the model",
        f"Goal: {text(required.kpi)}. It asks for **{text(required.metric)}**.",
    ]
    if required.operating_point:
        parts.append(f"Operating point: {text(required.operating_point)}.")
    if required.steps:
        rows = [
            (
                text(step.name),
                text(step.formula),
                text(", ".join(f"{name} = {value:,.6g}" for name, value in step.inputs.items())),
                text(f"{step.result:,.4g} {step.unit}"),
            )
            for step in required.steps
        ]
        parts.append(table(("step", "formula", "inputs", "result"), rows))
    if required.assumed:
        known = [design.assumptions[id] for id in required.assumed]
        rows = [(f"`{one.id}`", text(f"{one.value:,.6g} {one.unit}"), text(one.text), one.confidence) for one in known]
        parts += ["Assumed, since the spec does not say:", table(("assumption", "value", "what", "confidence"), rows)]
    if required.proof:
        parts.append(f"Proved by: {text(required.proof)}.")
    if required.infeasible_when:
        held = [
            f"- {text(one)}{' (**holds**)' if one in required.infeasible else ''}" for one in required.infeasible_when
        ]
        parts += ["No model would do where:", "\n".join(held)]
    return parts


def _success(design: Design) -> list[str]:
    targets = success(design.spec, design.required, design.assumptions)
    rows = [(one.layer, text(one.metric), text(one.target), text(one.derivation)) for one in targets]
    return ["## How success is measured", table(("layer", "metric", "target", "from"), rows)]


def _feasibility(design: Design) -> list[str]:
    found = design.feasibility
    rows = [
        (
            text(row.title),
            f"{row.points} of 4",
            number(row.weight),
            text(row.found) + (f" (assumed: `{row.assumed}`)" if row.assumed else ""),
            text(row.way or ""),
        )
        for row in found.criteria
    ]
    gates = [(gate.id, gate.result, text(gate.found), text(gate.way)) for gate in found.gates]
    return [
        "## Whether it can be done",
        f"**{found.verdict}**, {found.score:g} of 100. The rubric is a judgement of ours; its weights add up to 100.",
        table(("criterion", "points", "weight", "found", "cheapest way to more"), rows),
        "### Gates",
        table(("gate", "result", "found", "way"), gates),
    ]
