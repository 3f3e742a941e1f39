"""What a program is held against."""

from __future__ import annotations

import click

from archgen.cli.running import JSON, listed, said


@click.command()
@JSON
@said
def rules(as_json: bool) -> int:
    """List the rules that a program is held against."""
    from archgen.proof import all_rules

    rows = [
        {"id": rule.id, "severity": rule.severity, "title": rule.title, "source": rule.source, "example": rule.example}
        for rule in sorted(all_rules(), key=lambda rule: rule.id)
    ]
    return listed(
        rows if as_json else [{key: row[key] for key in ("id", "severity", "title")} for row in rows], as_json
    )
