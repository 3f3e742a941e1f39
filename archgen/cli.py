"""The command line: the only place that prints, exits or asks. Heavy imports stay inside the commands that need it."""

from __future__ import annotations

import json
import os
import pathlib
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from archgen import __version__
from archgen.errors import ArchgenError, Problem, WrongUse

if TYPE_CHECKING:
    from archgen.proof import Proof

P = ParamSpec("P")
PARTS = ("infra", "diagrams", "docs")
_SPEC = click.Path(path_type=pathlib.Path)
_CLOUD = click.option("--cloud", help="Cloud to design for, instead of the spec's.")
_REGION = click.option("--region", help="Region to design for, instead of the spec's.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
@click.version_option(__version__)
def main() -> None:
    """From a business requirement in YAML to a proved Pulumi program, its pictures and its reasoning."""


def _said(command: Callable[P, int]) -> Callable[P, None]:
    """Turn what a command returns or raises into an exit status: 0 fine, 1 findings or not feasible, 2 wrong use."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            status = command(*args, **kwargs)
        except ArchgenError as error:
            if kwargs.get("as_json"):
                _print_json({"errors": [_problem(problem) for problem in error.problems]})
            else:
                for problem in error.problems:
                    click.echo(str(problem), err=True)
            status = error.exit_status
        sys.exit(status)

    return run


@main.command()
@click.argument("spec", type=_SPEC)
@_JSON
@_said
def validate(spec: pathlib.Path, as_json: bool) -> int:
    """Check a spec alone: shape, units, and what contradicts itself."""
    from archgen.errors import SpecError
    from archgen.knowledge import assumptions
    from archgen.spec import load

    try:
        loaded = load(spec)
        assumptions().overridden(loaded.assumptions)
    except SpecError as error:
        if not as_json:
            raise
        _print_json({"valid": False, "errors": [_problem(problem) for problem in error.problems]})
        return error.exit_status
    if as_json:
        _print_json({"valid": True, "errors": []})
    else:
        click.echo(f"{spec}: valid")
    return 0


@main.command()
@click.argument("spec", type=_SPEC)
@_CLOUD
@_REGION
@_JSON
@_said
def plan(spec: pathlib.Path, cloud: str | None, region: str | None, as_json: bool) -> int:
    """Show decisions, sizing, latency budget and topology; write nothing."""
    from archgen.documents.plan import plan_of, plan_text
    from archgen.spec import load

    planned = plan_of(load(spec), cloud, region)
    if as_json:
        _print_json(planned)
    else:
        click.echo(plan_text(planned))
    return 0


@main.command()
@click.argument("spec", type=_SPEC)
@click.option("-o", "--output", type=_SPEC, required=True, help="Folder to write; made when missing.")
@_CLOUD
@_REGION
@click.option("--only", help=f"Parts to write, comma separated: {', '.join(PARTS)}. Default: all.")
@click.option("--force", is_flag=True, help="Overwrite files of archgen that were changed by hand.")
@_JSON
@_said
def generate(
    spec: pathlib.Path,
    output: pathlib.Path,
    cloud: str | None,
    region: str | None,
    only: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Write the whole deliverable: program, code that it runs, documents."""
    from archgen.bundle import write
    from archgen.generation import generated
    from archgen.spec import load

    parts = _parts(only)
    loaded = load(spec)
    written = write(generated(loaded, spec.read_bytes(), cloud, region, parts), output, force=force)
    if as_json:
        _print_json({"files": list(written.files), "kept": list(written.kept), "findings": []})
    else:
        click.echo(f"{len(written.files)} files in {output}")
    return _kept(written.kept, as_json)


@main.command()
@click.argument("spec", type=_SPEC)
@click.option("-o", "--output", type=_SPEC, required=True, help="Folder to write; made when missing.")
@_CLOUD
@_REGION
@click.option("--view", "views", multiple=True, help="View to draw; repeatable. Default: all that apply.")
@click.option("--format", "formats", multiple=True, help="svg, png, drawio, mmd or pdf; repeatable. Default: no pdf.")
@click.option("--paper", default="a3", show_default=True, help="a3 or wide (16:9).")
@click.option("--force", is_flag=True, help="Overwrite files of archgen that were changed by hand.")
@_JSON
@_said
def diagram(
    spec: pathlib.Path,
    output: pathlib.Path,
    cloud: str | None,
    region: str | None,
    views: tuple[str, ...],
    formats: tuple[str, ...],
    paper: str,
    force: bool,
    as_json: bool,
) -> int:
    """Draw the pictures alone."""
    from archgen.bundle import write
    from archgen.generation import drawn
    from archgen.spec import load

    bundle, absent = drawn(load(spec), cloud, region, views, formats, paper)
    written = write(bundle, output, force=force)
    if as_json:
        _print_json({"files": list(written.files), "kept": list(written.kept), "absent": absent})
    else:
        for path in written.files:
            click.echo(output / path)
        for view, reason in absent.items():
            click.echo(f"no {view} view: {reason}", err=True)
    return _kept(written.kept, as_json)


@main.command()
@click.argument("directory", type=_SPEC)
@click.option("--stack", "stacks", multiple=True, help="Stack to run; repeatable. Default: all.")
@click.option("--phase", "phases", help="foundation, live, or both with a comma. Default: both.")
@click.option("--write", "write_down", is_flag=True, help="Keep what was recorded in docs/recording.json.")
@_JSON
@_said
def synth(directory: pathlib.Path, stacks: tuple[str, ...], phases: str | None, write_down: bool, as_json: bool) -> int:
    """Run an emitted program offline, in preview and up, and prove what it would create."""
    from archgen.bundle import Artifact, add
    from archgen.documents.recording import PATH, proof_data, recording
    from archgen.engine import load_project
    from archgen.proof import prove

    project = load_project(directory)
    chosen, wanted = stacks or tuple(sorted(project.stacks)), _phases(phases)
    proofs = []
    with _progress(len(chosen) * len(wanted), not as_json) as advance:
        for proof in prove(project, chosen, wanted):
            proofs.append(proof)
            advance(proof)
    if as_json:
        _print_json({"stacks": [proof_data(proof) for proof in proofs]})
    if write_down:
        add(project.root.parent, Artifact(path=PATH, content=recording(proofs)))
    return 0 if all(proof.passed for proof in proofs) else 1


@main.command()
@click.argument("paths", nargs=-1, type=_SPEC)
@click.option("--cloud", help="Cloud to check every spec on, instead of its own.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Targets proved at a time.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "junit", "sarif"]), default="text", show_default=True
)
@_said
def check(paths: tuple[pathlib.Path, ...], cloud: str | None, jobs: int, form: str) -> int:
    """Prove specs and emitted projects, every stack and phase, for CI. Default: all below this folder."""
    from archgen.checking import check as checked
    from archgen.checking import formatted, targets
    from archgen.checking.formats import annotation, line

    chosen = targets(paths or (pathlib.Path(),), cloud)
    results = []
    for result in checked(chosen, jobs):
        results.append(result)
        if form == "text":
            click.echo(line(result))
            for finding in result.findings if os.environ.get("GITHUB_ACTIONS") == "true" else ():
                click.echo(annotation(result, finding))
    failed = sum(result.status == "failed" for result in results)
    results.sort(key=lambda result: (result.target, result.cloud or ""))
    click.echo(f"{len(results) - failed} passed, {failed} failed" if form == "text" else formatted(results, form))
    return 1 if failed else 0


@main.command()
@_JSON
@_said
def rules(as_json: bool) -> int:
    """List the rules that a program is held against."""
    from archgen.proof import all_rules

    rows = [
        {"id": rule.id, "severity": rule.severity, "title": rule.title, "source": rule.source, "example": rule.example}
        for rule in sorted(all_rules(), key=lambda rule: rule.id)
    ]
    return _listed(
        rows if as_json else [{key: row[key] for key in ("id", "severity", "title")} for row in rows], as_json
    )


@main.command()
@_JSON
@_said
def blueprints(as_json: bool) -> int:
    """List the blueprints."""
    from archgen.blueprints import blueprints as found

    rows = [{"id": blueprint.id, "title": blueprint.title} for blueprint in found()]
    return _listed(rows, as_json)


@main.command()
@_CLOUD
@_JSON
@_said
def services(cloud: str | None, as_json: bool) -> int:
    """List the services of every cloud, or of one."""
    from archgen.services.catalogue import clouds
    from archgen.services.catalogue import services as of_cloud

    if cloud is not None and cloud not in clouds():
        expected = ", ".join(clouds())
        raise WrongUse(Problem(id="unknown-cloud", message=f"no cloud is called '{cloud}'", expected=expected))
    rows = [
        {"cloud": name, "id": service.id, "role": service.role, "title": service.title}
        for name in ([cloud] if cloud else clouds())
        for service in of_cloud(name).values()
    ]
    return _listed(rows, as_json)


@main.command()
@_said
def schema() -> int:
    """Print the JSON Schema of the spec."""
    from archgen.spec import json_schema

    _print_json(json_schema())
    return 0


def _kept(paths: tuple[str, ...], as_json: bool) -> int:
    for path in () if as_json else paths:
        click.echo(f"kept, changed by hand: {path}", err=True)
    return 1 if paths else 0


def _listed(rows: list[dict[str, str]], as_json: bool) -> int:
    if as_json:
        _print_json(rows)
    else:
        widths = [max(len(row[key]) for row in rows) for key in rows[0]] if rows else []
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row.values(), widths, strict=True))
            click.echo("  ".join(cells).rstrip())
    return 0


def _parts(only: str | None) -> frozenset[str]:
    return frozenset(_words(only, PARTS, "part"))


def _phases(said: str | None) -> tuple[str, ...]:
    return _words(said, ("foundation", "live"), "phase")


def _words(said: str | None, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    if said is None:
        return known
    words = tuple(word.strip() for word in said.split(","))
    for word in words:
        if word not in known:
            raise WrongUse(
                Problem(id=f"unknown-{what}", message=f"no {what} is called '{word}'", expected=", ".join(known))
            )
    return words


def _problem(problem: Problem) -> dict[str, Any]:
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


@contextmanager
def _progress(total: int, shown: bool) -> Generator[Callable[[Proof], None]]:
    """A line for each proof as it comes; on a terminal with a bar below that says how many are still to come."""
    if not shown or not sys.stdout.isatty():
        yield _show if shown else lambda proof: None
        return
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        task = bar.add_task("proving", total=total)

        def advance(proof: Proof) -> None:
            _show(proof)
            bar.advance(task)

        yield advance


def _show(proof: Proof) -> None:
    findings = f"{len(proof.findings)} findings" if proof.findings else "no finding"
    click.echo(f"{proof.stack:8} {proof.phase:11} {sum(proof.counts.values()):4} resources  {findings}")
    for finding in proof.findings:
        where = f"{finding.file}:{finding.line}: " if finding.file else ""
        click.echo(f"  {where}{finding.severity} {finding.rule}: {finding.message}", err=True)


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, indent=1, ensure_ascii=False))
