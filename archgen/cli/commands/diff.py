"""What two specs change."""

from __future__ import annotations

import pathlib
from dataclasses import asdict

import click

from archgen.cli.running import CLOUD, JSON, PATH, REGION, print_json, problem_data, said


@click.command()
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@CLOUD
@REGION
@click.option("--exit-code", is_flag=True, help="End with status 1 where anything changes.")
@JSON
@said
def diff(
    old: pathlib.Path, new: pathlib.Path, cloud: str | None, region: str | None, exit_code: bool, as_json: bool
) -> int:
    """Show what two specs change in decisions, topology, sizing and program."""
    from archgen.comparison import compare, comparison_text, side_of
    from archgen.spec import load

    found = compare(*(side_of(load(spec), cloud, region) for spec in (old, new)))
    if as_json:
        problems = {
            end: [problem_data(problem) for problem in getattr(found, end)] for end in ("old_problems", "new_problems")
        }
        print_json({"changed": found.changed, **asdict(found), **problems})
    else:
        click.echo(comparison_text(found))
    if found.new_problems and not found.old_problems:
        return 1
    return 1 if exit_code and found.changed else 0
