"""The JSON Schema of the spec."""

from __future__ import annotations

import click

from archgen.cli.running import print_json, said


@click.command()
@said
def schema() -> int:
    """Print the JSON Schema of the spec."""
    from archgen.spec import json_schema

    print_json(json_schema())
    return 0
