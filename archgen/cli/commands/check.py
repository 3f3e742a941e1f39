"""The offline proof of many, for CI."""

from __future__ import annotations

import os
import pathlib

import click

from archgen.cli.running import JSON, PATH, said
from archgen.errors import Problem, WrongUse


@click.command()
@click.argument("paths", nargs=-1, type=PATH)
@click.option("--cloud", help="Cloud to check every spec on, instead of its own.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Targets proved at a time.")
@click.option("--types/--no-types", default=True, show_default=True, help="Check types with ty, where it is installed.")
@click.option("--scan", is_flag=True, help="Hold Checkov's checks against what was recorded.")
@click.option("--pulumi", is_flag=True, help="Preview every stack with the Pulumi CLI and your credentials.")
@click.option("--format", "form", type=click.Choice(["text", "json", "junit", "sarif"]), help="Default: text.")
@JSON
@said
def check(
    paths: tuple[pathlib.Path, ...],
    cloud: str | None,
    jobs: int,
    types: bool,
    scan: bool,
    pulumi: bool,
    form: str | None,
    as_json: bool,
) -> int:
    """Prove specs and emitted projects, every stack and phase, for CI. Default: all below this folder."""
    from archgen.checking import check as checked
    from archgen.checking import chosen_layers, formatted, targets
    from archgen.checking.formats import annotation, line

    form = _format(form, as_json)
    chosen = targets(paths or (pathlib.Path(),), cloud)
    results = []
    for result in checked(chosen, jobs, layers=chosen_layers(types=types, scan=scan, pulumi=pulumi)):
        results.append(result)
        if form == "text":
            click.echo(line(result))
            for finding in result.findings if os.environ.get("GITHUB_ACTIONS") == "true" else ():
                click.echo(annotation(result, finding))
    failed = sum(result.status == "failed" for result in results)
    results.sort(key=lambda result: (result.target, result.cloud or ""))
    click.echo(f"{len(results) - failed} passed, {failed} failed" if form == "text" else formatted(results, form))
    return 1 if failed else 0


def _format(form: str | None, as_json: bool) -> str:
    if as_json and form not in (None, "json"):
        message, expected = f"the output cannot be JSON and {form}", "--json or --format"
        raise WrongUse(Problem(id="two-formats", message=message, expected=expected))
    return "json" if as_json else form or "text"
