"""`.archgen/acknowledged.yaml`: what a project has looked at and accepts, one rule for one resource, with its reason.

    - rule: aws-alarms
      resource: scoring-errors
      reason: The operations team is called by its own system, ticket OPS-17

`resource` is the resource's name in the program, or the file of a finding that is about no resource. A finding that is
acknowledged stays in every output, as a note. `rule` is one of archgen's, or a check of Checkov (`CKV_AWS_144`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from archgen.engine import Project
from archgen.errors import Problem, WrongUse
from archgen.proof.rule import Finding
from archgen.proof.rules import all_rules

ACKNOWLEDGED_FILE = Path(".archgen") / "acknowledged.yaml"
KEYS = ("rule", "resource", "reason")
SCANNER_CHECK = re.compile(r"CKV2?_[A-Z0-9]+_[0-9]+")


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """One entry: the rule's id, the resource's name or the file, and why it is accepted."""

    rule: str
    resource: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether this is about that finding."""
        place = finding.resource.rpartition("::")[2] if finding.resource else finding.file
        return finding.rule == self.rule and place == self.resource


def acknowledgements(project: Project) -> tuple[Acknowledgement, ...]:
    """The project's entries, none where it has no such file.

    Raises `WrongUse` for a file that cannot be read, an unknown rule, a wildcard, or an entry without a reason.
    """
    file = project.root.parent / ACKNOWLEDGED_FILE
    if not file.is_file():
        return ()
    try:
        content = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise _wrong(file, f"not readable as YAML: {error}") from error
    if not isinstance(content, list):
        raise _wrong(file, "it is no list")
    known = {rule.id for rule in all_rules()}
    return tuple(_entry(file, number, entry, known) for number, entry in enumerate(content, start=1))


def applied(findings: Iterable[Finding], accepted: Sequence[Acknowledgement]) -> frozenset[Finding]:
    """The findings, those that are acknowledged as notes with the reason."""
    return frozenset(_noted(finding, accepted) for finding in findings)


def _noted(finding: Finding, accepted: Sequence[Acknowledgement]) -> Finding:
    for entry in accepted:
        if entry.covers(finding):
            return replace(finding, severity="note", message=f"{finding.message} (acknowledged: {entry.reason})")
    return finding


def _entry(file: Path, number: int, entry: Any, known: set[str]) -> Acknowledgement:
    if not isinstance(entry, dict) or set(entry) != set(KEYS):
        raise _wrong(file, f"entry {number} does not have exactly {', '.join(KEYS)}")
    for key in KEYS:
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise _wrong(file, f"entry {number}: {key} is no text")
    if entry["rule"] not in known and not SCANNER_CHECK.fullmatch(entry["rule"]):
        raise _wrong(file, f"entry {number}: there is no rule '{entry['rule']}'", hint="`archgen rules` lists them")
    if "*" in entry["resource"]:
        raise _wrong(file, f"entry {number}: '{entry['resource']}' is a wildcard", hint="name one resource an entry")
    return Acknowledgement(**entry)


def _wrong(file: Path, message: str, hint: str | None = None) -> WrongUse:
    expected = "a list of {rule: ..., resource: ..., reason: ...}"
    return WrongUse(
        Problem(id="unreadable-acknowledgements", message=message, expected=expected, hint=hint, file=str(file))
    )
