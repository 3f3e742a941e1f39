"""What every command shares: its options, how it prints, and what becomes of an error."""

from __future__ import annotations

import json
import os
import pathlib
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import click

from archgen.errors import ArchgenError, Problem, WrongUse

P = ParamSpec("P")
PATH = click.Path(path_type=pathlib.Path)
CLOUD = click.option("--cloud", help="Cloud to design for, instead of the spec's.")
REGION = click.option("--region", help="Region to design for, instead of the spec's.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def said(command: Callable[P, int]) -> Callable[P, None]:
    """Turn what a command returns or raises into an exit status: 0 fine, 1 findings or not feasible, 2 wrong use."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from archgen.registry import blaming

        try:
            with blaming():
                status = command(*args, **kwargs)
        except ArchgenError as error:
            problems = placed_in(error, kwargs.get("spec"))
            if kwargs.get("as_json") or kwargs.get("form") == "json":
                print_json({"errors": [problem_data(problem) for problem in problems]})
            else:
                print_problems(problems)
            status = error.exit_status
        sys.exit(status)

    return run


def placed_in(error: ArchgenError, spec: object) -> tuple[Problem, ...]:
    """The problems, each at its line of the spec that the command was given, if it was given one."""
    from archgen.spec.placing import placed

    return placed(error.problems, spec) if isinstance(spec, pathlib.Path) else error.problems


def print_problems(problems: tuple[Problem, ...]) -> None:
    """Each problem with its line of the spec, on standard error."""
    from archgen.errors.report import reports

    try:
        width = os.get_terminal_size(sys.stderr.fileno()).columns or None
    except (OSError, ValueError):
        width = None  # no terminal: whoever reads it may break lines
    for said in reports(problems, width):
        click.echo(said, err=True)


def kept(paths: tuple[str, ...], as_json: bool) -> int:
    """Name the files that a person changed; the status of a run that left some as they were."""
    for path in () if as_json else paths:
        click.echo(f"kept, changed by hand: {path}", err=True)
    return 1 if paths else 0


def listed(rows: list[dict[str, str]], as_json: bool) -> int:
    """Print rows of the same keys, in columns."""
    if as_json:
        print_json(rows)
    else:
        widths = [max(len(row[key]) for row in rows) for key in rows[0]] if rows else []
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row.values(), widths, strict=True))
            click.echo("  ".join(cells).rstrip())
    return 0


def words(said: str | None, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Words of a list with commas; all that are known for None. Raises `WrongUse` for one that is not."""
    if said is None:
        return known
    words = tuple(word.strip() for word in said.split(","))
    for word in words:
        if word not in known:
            raise WrongUse(
                Problem(id=f"unknown-{what}", message=f"no {what} is called '{word}'", expected=", ".join(known))
            )
    return words


def problem_data(problem: Problem) -> dict[str, Any]:
    """A problem as `--json` prints it."""
    related = [{"path": place.path, "line": place.line, "column": place.column} for place in problem.related]
    return {
        "id": problem.id,
        "path": problem.path,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "expected": problem.expected,
        "hint": problem.hint,
        "related": related,
    }


def print_json(value: object) -> None:
    """One JSON document. The name of a file may hold what UTF-8 cannot, which JSON can escape."""
    click.echo(json.dumps(value, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace"))
