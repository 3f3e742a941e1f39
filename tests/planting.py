"""Planting faults: a project copied with one text replaced, and the rule that has to find it.

A fault whose old text is no longer in the project fails loudly: a test that plants nothing proves nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archgen.engine import load_project, record
from archgen.proof import Evidence, Finding, all_rules, prove
from archgen.proof.coverage import load_coverage


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault: in `file` (relative to the project's folder) the text `old`, which is there, becomes `new`.

    `rule` is the rule that has to find it; `found_in` the file that the finding has to point at, None where it points
    at none.
    """

    id: str
    file: str
    old: str
    new: str
    rule: str
    found_in: str | None


def plant(project: Path, target: Path, *faults: Fault) -> Path:
    """Copy the project's folder to `target` with the faults in it, and return `target`."""
    shutil.copytree(project, target, ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    for fault in faults:
        file = target / fault.file
        text = file.read_text(encoding="utf-8")
        assert fault.old in text, f"{fault.id}: {fault.file} no longer has {fault.old!r}"
        file.write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")
    return target


def findings_of(folder: Path, stack: str, phase: str) -> tuple[Finding, ...]:
    """Everything that the rules find in the project, for one stack and phase."""
    return tuple(_findings(folder, stack, phase))


def _findings(folder: Path, stack: str, phase: str) -> Iterator[Finding]:
    for proof in prove(load_project(folder), [stack], [phase]):
        yield from proof.findings


def findings_in_up(folder: Path, stack: str, phase: str, rule: str) -> tuple[Finding, ...]:
    """What one rule finds in the run that updates, which stands for the preview too: half of what `findings_of` costs,
    for faults that both runs have alike.
    """
    project = load_project(folder)
    up, coverage = record(project, stack, phase, "up"), load_coverage(project)
    recorded = Evidence(project, stack, phase, up, up, coverage, (coverage or {}).get("cloud"))
    return tuple(found for each in all_rules() if each.id == rule for found in each.check(recorded))
