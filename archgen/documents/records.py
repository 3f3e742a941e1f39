"""One record per decision, in the order in which they were made, and their index."""

from __future__ import annotations

from archgen.decisions import Decision
from archgen.design import Design
from archgen.documents.audiences import index_page
from archgen.documents.feasibility_page import feasibility_page
from archgen.documents.markdown import number, table, text

_CONFIDENCE = {
    "verified": "verified: the figure was read or run by us",
    "documented": "documented: the named source says so",
    "judgement": "judgement: our own rule, without a public source for the threshold",
}
_KIND = {"given": "Given: the spec or the platform fixes it.", "decided": "Decided: another choice was open."}


def records(design: Design) -> dict[str, str]:
    """Path -> Markdown: the index for each audience, what is asked for and whether it can be done, the decisions."""
    pages = {
        f"docs/decisions/{place:04d}-{decision.id}.md": _record(place, decision)
        for place, decision in enumerate(design.decisions.values(), start=1)
    }
    first = {
        "docs/decisions/README.md": index_page(design),
        "docs/decisions/0000-feasibility.md": feasibility_page(design),
    }
    return first | pages


def _record(place: int, decision: Decision) -> str:
    parts = [f"# {place}. {text(decision.question)}", "## Context"]
    if decision.because:
        parts.append(table(("spec", "value"), [(f"`{b.path}`", text(b.value)) for b in decision.because]))
    else:
        parts.append("Nothing in the spec bears on it: the platform fixes it.")
    parts += ["## Decision", f"**{text(decision.choice)}**", text(decision.rationale), _KIND[decision.kind]]
    if decision.rejected:
        rows = [
            (text(r.option), text(r.reason), text(r.figure), number(r.score) if r.score is not None else "")
            for r in decision.rejected
        ]
        scored = any(r.score is not None for r in decision.rejected)
        head = ("option", "reason", "figure", "score") if scored else ("option", "reason", "figure")
        parts += ["## Rejected", table(head, [row[: len(head)] for row in rows])]
    if decision.consequences:
        parts += ["## Consequences", "\n".join(f"- {text(one)}" for one in decision.consequences)]
    parts += ["## It flips when", _flips(decision)]
    parts += ["## Basis", f"Source: {text(decision.source)}. Confidence: {_CONFIDENCE[decision.confidence]}."]
    return "\n\n".join(parts) + "\n"


def _flips(decision: Decision) -> str:
    if decision.flips_when:
        return "\n".join(f"- `{flip}`" for flip in decision.flips_when)
    if decision.kind == "given":
        return "The spec or the platform fixes it: state something else there."
    return "No single change of the spec turns it: the values above hold together."
