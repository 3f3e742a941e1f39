"""The whole deliverable."""

from __future__ import annotations

import pathlib

import click

from archgen.cli.running import CLOUD, JSON, PATH, REGION, kept, print_json, said, words

PARTS = ("infra", "diagrams", "docs")


@click.command()
@click.argument("spec", type=PATH)
@click.option("-o", "--output", type=PATH, required=True, help="Folder to write; made when missing.")
@CLOUD
@REGION
@click.option("--only", help=f"Parts to write, comma separated: {', '.join(PARTS)}. Default: all.")
@click.option("--force", is_flag=True, help="Overwrite files of archgen that were changed by hand.")
@JSON
@said
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
        print_json({"files": list(written.files), "kept": list(written.kept), "findings": []})
    else:
        click.echo(f"{len(written.files)} files in {output}")
    return kept(written.kept, as_json)


def _parts(only: str | None) -> frozenset[str]:
    return frozenset(words(only, PARTS, "part"))
