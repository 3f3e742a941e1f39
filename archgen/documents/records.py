"""One record per decision, in the order in which they were made."""

from __future__ import annotations

from archgen.decisions import Decision, Flip
from archgen.design import Design
from archgen.documents.markdown import table, text

_CONFIDENCE = {
    "verified": "verified: the figure was read or run by us",
    "documented": "documented: the named source says so",
    "judgement": "judgement: our own rule, without a public source for the threshold",
}


def records(design: Design) -> dict[str, str]:
    """Path -> Markdown."""
    return {
        f"docs/decisions/{number:04d}-{decision.id}.md": _record(number, decision)
        for number, decision in enumerate(design.decisions.values(), start=1)
    }


def _record(number: int, decision: Decision) -> str:
    parts = [
        f"# {number}. {text(decision.question)}",
        f"**{text(decision.choice)}** ({decision.kind})",
        text(decision.rationale),
    ]
    if decision.because:
        parts += ["## Because", table(("spec", "value"), [(f"`{b.path}`", text(b.value)) for b in decision.because])]
    if decision.rejected:
        rows = [(text(r.option), text(r.reason), text(r.figure)) for r in decision.rejected]
        parts += ["## Rejected", table(("option", "reason", "figure"), rows)]
    if decision.flips_when:
        parts += ["## It flips when", "\n".join(f"- `{_flip(flip)}`" for flip in decision.flips_when)]
    parts += [f"Source: {text(decision.source)}. Confidence: {_CONFIDENCE[decision.confidence]}."]
    return "\n\n".join(parts) + "\n"


def _flip(flip: Flip) -> str:
    return f"{flip.path} {flip.op} {flip.value}"
