"""Checkov as a process: find it, give it a document, turn its report into findings."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archgen.errors import Problem, WrongUse
from archgen.proof import Finding
from archgen.scan.answered import answer
from archgen.scan.documents import Document
from archgen.scan.tools import find_tool, run_tool

FAILED = "scan-failed"
VARIABLE = "ARCHGEN_CHECKOV"
HINT = (
    "Checkov needs an environment of its own, for it pins its dependencies: python3 -m venv ~/.checkov && "
    f"~/.checkov/bin/pip install checkov, then {VARIABLE}=~/.checkov/bin/checkov"
)
TIME_LIMIT = 240.0
"""Seconds for one document; the largest takes some ten."""
_SILENT = {"LOG_LEVEL": "ERROR", "BC_SKIP_MAPPING": "TRUE", "CHECKOV_RENDER_MAX_LEN": "0"}
_LINES_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """The executable of Checkov."""

    executable: pathlib.Path


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What came of one document: findings, and how many checks of how many resources passed.

    `answered` are the failures that the recording refutes, each in words.
    """

    passed: int
    resources: int
    findings: tuple[Finding, ...]
    answered: tuple[str, ...] = ()

    @property
    def completed(self) -> bool:
        """Whether the scanner really said something."""
        return not any(finding.rule == FAILED for finding in self.findings)


def find_scanner() -> Scanner:
    """The Checkov that `ARCHGEN_CHECKOV` names, else one that is found. Raises `WrongUse` where there is none."""
    named = os.environ.get(VARIABLE)
    found = shutil.which(pathlib.Path(named).expanduser()) if named else find_tool("checkov")
    if found is None:
        message = f"{VARIABLE} names no executable: {named}" if named else "Checkov is not installed"
        raise WrongUse(Problem(id="no-scanner", message=message, hint=HINT))
    return Scanner(executable=pathlib.Path(found))


def scanned(document: Document, scanner: Scanner, *, time_limit: float = TIME_LIMIT) -> Scan:
    """Hold Checkov's checks against the document; a run that fails is a finding of its own (`scan-failed`)."""
    with tempfile.TemporaryDirectory(prefix="archgen-scan-") as folder:
        file = pathlib.Path(folder) / ("template.json" if document.framework == "arm" else "plan.json")
        file.write_text(json.dumps(document.content), encoding="utf-8")
        command = [str(scanner.executable), "--file", str(file), "--framework", document.framework]
        command += ["--output", "json", "--compact", "--skip-download", "--quiet"]
        ended = run_tool(command, folder=file.parent, time_limit=time_limit, environment=_SILENT)
    if ended.failure is not None:
        return _failed(f"Checkov: {ended.failure}")
    try:
        reports = json.loads(ended.output)
    except ValueError:
        said = " | ".join((ended.errors or ended.output).strip().splitlines()[-_LINES_SHOWN:])
        return _failed(f"Checkov ended with status {ended.status} and no report: {said}")
    return _scan(reports if isinstance(reports, list) else [reports], document)


def _scan(reports: Sequence[Mapping[str, Any]], document: Document) -> Scan:
    summaries = [report.get("summary", report) for report in reports]
    if any(summary.get("parsing_errors") for summary in summaries):
        return _failed("Checkov could not read what was recorded")
    passed = sum(int(summary.get("passed", 0)) for summary in summaries)
    failed = [each for report in reports for each in report.get("results", {}).get("failed_checks", ())]
    if document.addresses and not passed and not failed:
        # A document that Checkov takes for no plan at all ends so, without a word.
        return _failed(f"Checkov held no check against {len(document.addresses)} resources")
    findings, answered = [], []
    for each in failed:
        refuted = _answer(each, document)
        if refuted:
            answered.append(f"{each['check_id']} {each['resource']}: {refuted}")
        else:
            findings.append(_finding(each, document))
    return Scan(passed=passed, resources=len(document.addresses), answered=tuple(answered), findings=tuple(findings))


def _answer(failed: Mapping[str, Any], document: Document) -> str | None:
    resource = document.addresses.get(str(failed["resource"]))
    return answer(str(failed["check_id"]), resource, document.resources) if resource else None


def _finding(failed: Mapping[str, Any], document: Document) -> Finding:
    address = str(failed["resource"])
    resource = document.addresses.get(address)
    guideline = f" ({failed['guideline']})" if failed.get("guideline") else ""
    return Finding(
        rule=str(failed["check_id"]),
        severity="error",
        message=f"{address}: {failed['check_name']}{guideline}",
        resource=resource.urn if resource else None,
        file=resource.file if resource else None,
        line=resource.line if resource else None,
    )


def _failed(message: str) -> Scan:
    return Scan(passed=0, resources=0, findings=(Finding(rule=FAILED, severity="error", message=message),))
