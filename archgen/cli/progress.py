"""Progress of a proof, a line for each stack and phase."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from archgen.proof import Proof


@contextmanager
def progress(total: int, shown: bool) -> Generator[Callable[[Proof], None]]:
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
