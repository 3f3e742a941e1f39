"""The offline proof of one emitted project."""

from __future__ import annotations

import pathlib

import click

from archgen.cli.progress import progress
from archgen.cli.running import JSON, PATH, print_json, said, words


@click.command()
@click.argument("directory", type=PATH)
@click.option("--stack", "stacks", multiple=True, help="Stack to run; repeatable. Default: all.")
@click.option("--phase", "phases", help="foundation, live, or both with a comma. Default: both.")
@click.option("--write", "write_down", is_flag=True, help="Keep the recording, and accept the URNs of what holds data.")
@JSON
@said
def synth(directory: pathlib.Path, stacks: tuple[str, ...], phases: str | None, write_down: bool, as_json: bool) -> int:
    """Run an emitted program offline, in preview and up, and prove what it would create."""
    from archgen.bundle import Artifact, add
    from archgen.documents.recording import PATH as RECORDING
    from archgen.documents.recording import proof_data, recording
    from archgen.documents.stateful import accepted_now
    from archgen.engine import load_project
    from archgen.proof import prove
    from archgen.proof.stateful import STATEFUL_FILE, accepted, written_text

    project = load_project(directory)
    chosen, wanted = stacks or tuple(sorted(project.stacks)), _phases(phases)
    proofs = []
    with progress(len(chosen) * len(wanted), not as_json) as advance:
        for proof in prove(project, chosen, wanted):
            proofs.append(proof)
            advance(proof)
    if as_json:
        print_json({"stacks": [proof_data(proof) for proof in proofs]})
    if write_down:
        add(project.root.parent, Artifact(path=RECORDING, content=recording(proofs)))
        kept = Artifact(path=STATEFUL_FILE, content=accepted_now(accepted(project), proofs, written_text(project)))
        add(project.root.parent, kept, lasting=True)
    return 0 if all(proof.passed for proof in proofs) else 1


def _phases(said: str | None) -> tuple[str, ...]:
    return words(said, ("foundation", "live"), "phase")
