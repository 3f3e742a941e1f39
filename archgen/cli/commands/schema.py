"""The JSON Schema of the spec."""

from __future__ import annotations

import click

from archgen.cli.running import JSON, print_json, said


@click.command()
@JSON
@said
def schema(as_json: bool) -> int:
    """Print the JSON Schema of the spec, which is JSON with and without `--json`."""
    del as_json
    from archgen.spec import json_schema

    print_json(json_schema())
    return 0
