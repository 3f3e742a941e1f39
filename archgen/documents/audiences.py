"""The index of the decisions: six audiences are told what to decide or do, and which records are theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archgen.business import people_quantities
from archgen.design import PRODUCTION, Design
from archgen.documents.markdown import number, table, text
from archgen.sizing import Window

AUDIENCES = ("executive", "data science", "ML engineering", "infrastructure", "security", "compliance")
_OF_DECISION: Mapping[str, tuple[str, ...]] = {
    "accelerator": ("ML engineering", "infrastructure"),
    "accounts": ("infrastructure", "security"),
    "answer-gate": ("data science", "compliance"),
    "approach": ("executive", "data science"),
    "capture": ("infrastructure", "data science"),
    "card-data": ("security", "compliance"),
    "cloud": ("executive", "infrastructure"),
    "decision-events": ("ML engineering",),
    "encryption": ("security", "compliance"),
    "fallback": ("ML engineering", "executive"),
    "forecasting-approach": ("executive", "data science"),
    "front-door": ("infrastructure", "security"),
    "inference-region": ("compliance", "infrastructure"),
    "intake": ("ML engineering",),
    "maturity": ("ML engineering", "executive"),
    "monitoring": ("data science", "ML engineering"),
    "network": ("infrastructure", "security"),
    "online-features": ("ML engineering", "data science"),
    "orchestration": ("ML engineering", "infrastructure"),
    "oversight": ("executive", "compliance"),
    "placement": ("infrastructure", "executive"),
    "privacy": ("compliance", "data science"),
    "private-endpoints": ("infrastructure", "security"),
    "processing": ("ML engineering", "data science"),
    "protocol": ("ML engineering",),
    "recovery": ("infrastructure", "executive"),
    "regulation": ("compliance", "executive"),
    "release": ("ML engineering",),
    "replay": ("ML engineering", "data science"),
    "retrieval": ("ML engineering", "security"),
    "serving": ("ML engineering", "infrastructure"),
    "spot-training": ("ML engineering",),
    "tenancy": ("security", "compliance"),
    "training": ("data science", "ML engineering"),
    "transformation": ("data science", "security"),
    "warehouse-learning": ("data science", "infrastructure"),
    "write-back": ("ML engineering",),
}
_MINUTE_MS = 60_000
_OF_SERVICES = ("infrastructure",)


def audiences_of(decision: str) -> tuple[str, ...]:
    """Whom a decision concerns, by its id; the choice of a service concerns infrastructure."""
    return _OF_DECISION.get(decision, _OF_SERVICES)


def index_page(design: Design) -> str:
    """Markdown: for each audience what to decide or do, then its records."""
    parts = [
        f"# Decisions of {text(design.spec.title or design.spec.name)}",
        f"Verdict: **{design.feasibility.verdict}**, {design.feasibility.score:g} of 100. What is asked for"
        " and whether it can be done: [0000](0000-feasibility.md). Each part says first what its readers have to decide"
        " or do.",
    ]
    tasks = {
        "executive": _executive(design),
        "data science": _data_science(design),
        "ML engineering": _engineering(design),
        "infrastructure": _infrastructure(design),
        "security": _security(design),
        "compliance": _compliance(design),
    }
    for audience in AUDIENCES:
        parts += [f"## {audience[0].upper()}{audience[1:]}", "\n".join(f"- {one}" for one in tasks[audience])]
        parts.append(_records(design, audience))
    return "\n\n".join(parts) + "\n"


def _records(design: Design, audience: str) -> str:
    rows = [
        (
            f"[{place:04d}]({place:04d}-{decision.id}.md)",
            text(decision.question),
            text(decision.choice),
            decision.confidence,
        )
        for place, decision in enumerate(design.decisions.values(), start=1)
        if audience in audiences_of(decision.id)
    ]
    return table(("record", "question", "choice", "confidence"), rows) if rows else "No record of its own."


def _executive(design: Design) -> Iterator[str]:
    yield f"Agree that this is the goal: {text(design.required.kpi)}."
    for gate in design.feasibility.conditions:
        yield f"Accept a condition: {text(gate.found)}. {text(gate.way)}."
    for row in design.feasibility.criteria:
        if row.way:
            yield f"Decide who sees to it that {text(row.title.lower())} ({text(row.found)}): {text(row.way)}."
    for row in people_quantities(design.spec, design.assumptions):
        spread = f"{number(row.low)} to {number(row.high)}"
        yield f"Staff the review: {number(row.value)} {row.unit} ({spread} by what is assumed)."
    budget = design.spec.budget
    yield f"Release a budget of {budget.monthly} a month." if budget else "Name a monthly budget: the spec has none."


def _data_science(design: Design) -> Iterator[str]:
    yield f"Reach this before anything goes live: {text(design.required.metric)}."
    if design.required.operating_point:
        yield f"Operate at: {text(design.required.operating_point)}."
    if design.required.proof:
        yield f"Prove it by: {text(design.required.proof)}."
    if design.required.assumed:
        names = ", ".join(f"`{id}`" for id in design.required.assumed)
        yield f"Replace what is assumed by what is measured: {names}."


def _engineering(design: Design) -> Iterator[str]:
    judged = [row for row in design.sizing if row.low is not None and row.low != row.high]
    yield f"Run a load test: {len(judged)} sizes of production rest on assumptions ([sizing](../sizing.md))."
    if isinstance(design.latency, Window):
        total, limit = (round(ms / _MINUTE_MS) for ms in (design.latency.total_ms, design.latency.limit_ms))
        yield f"Measure each step of the window: {number(total)} of {number(limit)} min are planned."
    elif design.latency:
        total, limit = design.latency.total_ms, design.latency.limit_ms
        yield f"Measure each step of the time budget: {number(total)} of {number(limit)} ms are planned."
    yield "Write the interface of the model down as a contract, and release nothing that breaks it."


def _infrastructure(design: Design) -> Iterator[str]:
    place = f"{design.region.name} of {text(design.cloud.title)}"
    yield f"Provide {', '.join(design.stacks)} in {place}, and ask for the quotas of the README."
    network = design.spec.platform.network
    if network.mode == "existing":
        yield "Give the ids of the existing network in the settings."
    elif network.connect != "none":
        yield f"Attach the new network to the client's by {network.connect}."
    if network.callers == "private-link":
        yield "Make an endpoint to the service's private link in each caller's network, and accept it on this side."
    if "recovery" in design.decisions:
        yield f"Decide on the loss of a region: {text(design.decisions['recovery'].choice)}."
    yield f"Own the {PRODUCTION} stack: alarms need a person who answers."


def _security(design: Design) -> Iterator[str]:
    classes = sorted({one for source in design.spec.sources for one in source.data})
    yield f"Approve where each class of data may lie: {text(', '.join(classes))}."
    yield "Name who may use each key, and who may deploy."
    if "card-data" in design.decisions:
        yield "Confirm that no card number passes the place where tokens are made."


def _compliance(design: Design) -> Iterator[str]:
    if "regulation" in design.decisions:
        yield f"Confirm the class: {text(design.decisions['regulation'].choice)}."
    if design.spec.problem.decision.subjects == "natural-persons":
        yield "Write the impact assessment of data protection (GDPR Art. 35) before the pilot, where the GDPR applies."
    frameworks = sorted(design.spec.governance.frameworks)
    if frameworks:
        yield f"Own the processes of {text(', '.join(frameworks))}: the program brings technical measures only."
    kept = design.spec.governance.retention
    yield f"Confirm retention: raw {kept.raw or 'by default'}, decisions {kept.decisions or 'by default'}."
