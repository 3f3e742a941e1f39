"""What there is to build."""

from __future__ import annotations

import click

from archgen.cli.running import JSON, listed, said


@click.command()
@JSON
@said
def blueprints(as_json: bool) -> int:
    """List the blueprints."""
    from archgen.blueprints import blueprints as found

    rows = [{"id": blueprint.id, "title": blueprint.title} for blueprint in found()]
    return listed(rows, as_json)
