"""The group of all commands: what click itself finds wrong with a call is shown and coded like every other problem."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from archgen.cli.running import print_json, print_problems, problem_data
from archgen.errors import Problem, WrongUse


class Commands(click.Group):
    """A group whose usage errors go the way of archgen's own: with an id, as data with `--json`, status 2."""

    def main(self, args: Sequence[str] | None = None, *more: Any, standalone_mode: bool = True, **named: Any) -> Any:
        """Run a command and exit, as in `click.Group`; without `standalone_mode` click's errors are raised."""
        if not standalone_mode:
            return super().main(args, *more, standalone_mode=False, **named)
        given = sys.argv[1:] if args is None else list(args)
        try:
            status = super().main(given, *more, standalone_mode=False, **named)
        except click.ClickException as error:
            problem = _problem(error)
            if not given:
                error.show()  # the help, for a call without anything
            elif "--json" in given:
                print_json({"errors": [problem_data(problem)]})
            else:
                print_problems((problem,))
            sys.exit(WrongUse.exit_status)
        except click.Abort:
            click.echo("Aborted!", err=True)
            sys.exit(1)
        sys.exit(status if isinstance(status, int) else 0)


def _problem(error: click.ClickException) -> Problem:
    context = error.ctx if isinstance(error, click.UsageError) else None
    message = error.format_message().rstrip(".")
    usage = " ".join((context.command_path, *context.command.collect_usage_pieces(context))) if context else None
    return Problem(
        id="wrong-call",
        message=message[:1].lower() + message[1:],
        expected=f"`{usage}`" if usage else None,
        hint=f"`{context.command_path} --help` says more" if context else None,
    )
