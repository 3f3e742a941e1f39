"""One project held against everything: the proof of every stack and phase, then the optional layers."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archgen.checking.previewing import find_pulumi, preview_findings
from archgen.checking.results import Judgement, Layer
from archgen.checking.scanning import scan_findings
from archgen.checking.types import type_findings
from archgen.engine import Project
from archgen.proof import Finding, Proof, prove
from archgen.scan import Scanner, find_scanner

PHASES = ("foundation", "live")


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Which optional layers to run: types wherever ty is installed, a scan or a preview where its tool is given."""

    types: bool = True
    scanner: Scanner | None = None
    pulumi: pathlib.Path | None = None


def chosen_layers(*, types: bool = True, scan: bool = False, pulumi: bool = False) -> Layers:
    """The layers of these names with their tools. Raises `WrongUse` for one that is asked for and has no tool."""
    scanner = find_scanner() if scan else None
    return Layers(types=types, scanner=scanner, pulumi=find_pulumi() if pulumi else None)


def judged(project: Project, layers: Layers, jobs: int) -> Judgement:
    """The resources of the largest stack, and all findings; each once, however many stacks have it."""
    proofs = list(prove(project, tuple(sorted(project.stacks)), PHASES, jobs=jobs))
    ran = list(_ran(project, layers, proofs))
    findings = [finding for proof in proofs for finding in proof.findings]
    findings += [finding for _, found in ran for finding in found]
    return Judgement(
        resources=max((sum(proof.counts.values()) for proof in proofs), default=0),
        findings=tuple(dict.fromkeys(findings)),
        layers=tuple(layer for layer, _ in ran),
    )


def _ran(project: Project, layers: Layers, proofs: Sequence[Proof]) -> Iterator[tuple[Layer, Sequence[Finding]]]:
    if layers.types:
        yield type_findings(project)
    if layers.scanner is not None:
        yield scan_findings(project, proofs, layers.scanner)
    if layers.pulumi is not None:
        yield preview_findings(project, layers.pulumi)
