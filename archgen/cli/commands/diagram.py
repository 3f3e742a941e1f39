"""The pictures alone."""

from __future__ import annotations

import pathlib

import click

from archgen.cli.running import CLOUD, JSON, PATH, REGION, kept, print_json, said


@click.command()
@click.argument("spec", type=PATH)
@click.option("-o", "--output", type=PATH, required=True, help="Folder to write; made when missing.")
@CLOUD
@REGION
@click.option("--view", "views", multiple=True, help="View to draw; repeatable. Default: all that apply.")
@click.option("--format", "formats", multiple=True, help="svg, png, drawio, mmd or pdf; repeatable. Default: no pdf.")
@click.option("--paper", default="a3", show_default=True, help="a3 or wide (16:9).")
@click.option("--force", is_flag=True, help="Overwrite files of archgen that were changed by hand.")
@JSON
@said
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
        print_json({"files": list(written.files), "kept": list(written.kept), "absent": absent})
    else:
        for path in written.files:
            click.echo(output / path)
        for view, reason in absent.items():
            click.echo(f"no {view} view: {reason}", err=True)
    return kept(written.kept, as_json)
