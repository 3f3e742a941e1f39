"""Specs alone."""

from __future__ import annotations

import pathlib

import click

from archgen.cli.running import JSON, PATH, placed_in, print_json, problem_data, said
from archgen.errors import Problem


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=PATH)
@JSON
@said
def validate(specs: tuple[pathlib.Path, ...], as_json: bool) -> int:
    """Check specs alone: shape, units, names, and what contradicts itself."""
    from archgen.errors import SpecError
    from archgen.services.named import wrong_names
    from archgen.spec import load

    problems: list[Problem] = []
    for spec in specs:
        try:
            if wrong := wrong_names(load(spec)):
                raise SpecError(*wrong)
        except SpecError as error:
            problems += placed_in(error, spec)
        else:
            if not as_json:
                click.echo(f"{spec}: valid")
    if as_json:
        print_json({"valid": not problems, "errors": [problem_data(problem) for problem in problems]})
        return SpecError.exit_status if problems else 0
    if problems:
        raise SpecError(*problems)
    return 0
