"""The page of all rules, generated from the rules themselves."""

from __future__ import annotations

from archgen.proof.rule import Rule
from archgen.proof.rules import all_rules

FAMILIES = {
    "program": "The program: its text, its settings and its two runs",
    "inputs": "Inputs: what the cloud takes",
    "security": "Security",
    "design": "The design that the program came from",
}


def rules_page() -> str:
    """Every rule with its severity, what it says, its source and an example of what breaks it, as Markdown."""
    lines = [
        "# Rules",
        "",
        "Every program is held against these rules by `archgen check` and `archgen synth`, in every stack and phase. A",
        "finding that a project accepts is an entry of `.archgen/acknowledged.yaml` with `rule`, `resource` and",
        "`reason`; it is shown all the same, as a note.",
    ]
    for family, title in FAMILIES.items():
        lines += ["", f"## {title}", "", "| rule | severity | says | broken by | source |", "|---|---|---|---|---|"]
        lines += [_row(rule) for rule in all_rules() if rule.family == family]
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> str:
    cells = (f"`{rule.id}`", rule.severity, rule.title, rule.example, rule.source)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
