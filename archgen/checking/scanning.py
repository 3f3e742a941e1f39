"""Checkov's checks as a layer: over the stack with most resources, live; what the project has accepted is a note."""

from __future__ import annotations

from collections.abc import Sequence

from archgen.checking.results import Layer
from archgen.engine import Project
from archgen.proof import Finding, Proof
from archgen.proof.acknowledged import SCANNER_CHECK, Acknowledgement, acknowledgements, applied
from archgen.scan import Scanner, document_of, scanned

MOST_ACCEPTED = 15
"""More accepted failures than this are no list of exceptions any more, but a scan that is not looked at."""


def scan_findings(project: Project, proofs: Sequence[Proof], scanner: Scanner) -> tuple[Layer, Sequence[Finding]]:
    """What Checkov finds, accepted failures as notes. An entry that covers nothing is a warning (`unused-entry`)."""
    live = [proof for proof in proofs if proof.phase == "live"]
    if not live:
        return Layer(name="scan", run=False, said="no stack was proved live"), ()
    largest = max(live, key=lambda proof: (sum(proof.counts.values()), proof.stack == "prod", proof.stack))
    document = document_of(largest.resources)
    scan = scanned(document, scanner)
    accepted = [entry for entry in acknowledgements(project) if SCANNER_CHECK.fullmatch(entry.rule)]
    findings = sorted(applied(scan.findings, accepted), key=lambda each: (each.rule, each.message))
    notes = sum(finding.severity == "note" for finding in findings)
    left_out = sum(document.left_out.values())
    said = (
        f"Checkov on stack {largest.stack}: {scan.passed} passed, {len(findings) - notes} failed, {notes} accepted, "
        f"{len(scan.answered)} answered by the recording, {scan.resources} resources"
        + (f" ({left_out} of types that it has no checks for)" if left_out else "")
    )
    return Layer(name="scan", run=scan.completed, said=said), [*findings, *_of_entries(accepted, scan.findings)]


def _of_entries(accepted: Sequence[Acknowledgement], failed: Sequence[Finding]) -> list[Finding]:
    found = [
        Finding(
            rule="unused-entry",
            severity="warning",
            message=f"{entry.rule} of '{entry.resource}' is acknowledged and does not fail: remove the entry",
        )
        for entry in accepted
        if not any(entry.covers(finding) for finding in failed)
    ]
    if len(accepted) > MOST_ACCEPTED:
        message = f"{len(accepted)} failures of Checkov are accepted, at most {MOST_ACCEPTED} may be"
        found.append(Finding(rule="too-many-accepted", severity="error", message=message))
    return found
