"""The reasoning, without writing anything."""

from __future__ import annotations

import pathlib

import click

from archgen.cli.running import CLOUD, JSON, PATH, REGION, print_json, said


@click.command()
@click.argument("spec", type=PATH)
@CLOUD
@REGION
@JSON
@said
def plan(spec: pathlib.Path, cloud: str | None, region: str | None, as_json: bool) -> int:
    """Show decisions, sizing, latency budget and topology; write nothing."""
    from archgen.documents.plan import plan_of, plan_text
    from archgen.spec import load

    planned = plan_of(load(spec), cloud, region)
    if as_json:
        print_json(planned)
    else:
        click.echo(plan_text(planned))
    return 0
