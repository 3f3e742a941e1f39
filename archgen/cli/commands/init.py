"""A first spec, from an interview or from options."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Callable
from typing import Any

import click

from archgen.cli.running import JSON, PATH, print_json, said
from archgen.errors import Problem, WrongUse
from archgen.interview.options import OPTIONS

INTERRUPTED = 130
"""What a shell gives a program that Ctrl-C ended."""


def _answering(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that answer a question, in the order in which they are asked."""
    for option in reversed(OPTIONS):
        command = click.option(option.flag, option.name, multiple=option.repeated, help=option.help)(command)
    return command


@click.command()
@click.option(
    "-o", "--output", type=PATH, default=".", help="File to write, or the folder for spec.yaml. Default: here."
)
@click.option("--blueprint", help="Blueprint to begin with: its task and its mode.")
@_answering
@click.option("--ask/--no-ask", default=None, help="Ask what no option answers. Default: on a terminal.")
@click.option("--force", is_flag=True, help="Overwrite the file if there is one.")
@JSON
@said
def init(
    output: pathlib.Path, blueprint: str | None, ask: bool | None, force: bool, as_json: bool, **given: Any
) -> int:
    """Write a first spec, with a comment on every field: asking on a terminal, from options elsewhere."""
    try:
        return _init(output, blueprint, _asking(ask, as_json), force, as_json, given)
    except KeyboardInterrupt:
        click.echo("\ninterrupted; nothing was written", err=True)
        return INTERRUPTED


def _init(
    output: pathlib.Path, blueprint: str | None, asking: bool, force: bool, as_json: bool, given: dict[str, Any]
) -> int:
    from archgen.interview.asking import interview
    from archgen.interview.first_spec import first_spec, refused
    from archgen.interview.flags import answers_of, at_options
    from archgen.interview.writing import destination, refuse_existing, write_first_spec

    path = destination(output)
    if not force and not (asking and _may_overwrite(path)):
        refuse_existing(path)
    answers = answers_of(given, blueprint)
    if asking:
        answers = interview(answers, _line, click.echo, lambda whole: refused(whole, blueprint))
    try:
        first = first_spec(answers, blueprint)
    except WrongUse as error:
        raise WrongUse(*at_options(error.problems)) from error
    schema = write_first_spec(path, first.text)
    if as_json:
        print_json(
            {"file": str(path), "schema": str(schema), "blueprint": first.blueprint, "examples": list(first.examples)}
        )
        return 0
    click.echo(f"{path}: {len(first.examples)} values are examples, marked EXAMPLE")
    click.echo(
        f"blueprint: {first.blueprint}" if first.blueprint else "no blueprint builds this yet; it can be planned"
    )
    click.echo(f"next: archgen plan {path}")
    return 0


def _asking(ask: bool | None, as_json: bool) -> bool:
    if ask and as_json:
        message, expected = "an interview is no JSON document", "--ask or --json"
        raise WrongUse(Problem(id="ask-and-json", message=message, expected=expected))
    return sys.stdin.isatty() and sys.stdout.isatty() and not as_json if ask is None else ask


def _line(prompt: str) -> str:
    """A line that the person types. `input` tells the end of the input from Ctrl-C, which Click does not."""
    try:
        return input(prompt)
    except EOFError:
        click.echo()
        message = "the input ended before the last question; nothing was written"
        hint = "`--no-ask` takes options alone"
        raise WrongUse(Problem(id="end-of-input", message=message, hint=hint)) from None


def _may_overwrite(path: pathlib.Path) -> bool:
    return not path.exists() or _line(f"{path} exists already. Overwrite it? (y/N): ").strip().lower() in ("y", "yes")
