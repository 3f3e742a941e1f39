"""Types of the emitted program, checked with ty against the provider's SDK."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence

from archgen.checking.results import Layer
from archgen.engine import Project
from archgen.proof import Finding
from archgen.scan.tools import find_tool, run_tool

RULE = "type-error"
TIME_LIMIT = 120.0
"""Seconds for one project; the largest takes four with the SDK's stubs cold."""
_NOT_INSTALLED = "ty is not installed: install archgen[types]"


def type_findings(project: Project) -> tuple[Layer, Sequence[Finding]]:
    """What ty finds in the program, at file and line; the layer says so where ty is not installed."""
    ty = find_tool("ty")
    if ty is None:
        return Layer(name="types", run=False, said=_NOT_INSTALLED), ()
    command = [str(ty), "check", "--python", sys.prefix, "--output-format", "gitlab", "--no-progress"]
    if importlib.util.find_spec("pytest") is None:
        # The program's tests import it, and it is not archgen's to bring.
        command += ["--exclude", "tests/"]
    ended = run_tool(command, folder=project.root, time_limit=TIME_LIMIT)
    try:
        rows = json.loads(ended.output) if ended.failure is None else None
    except ValueError:
        rows = None
    if not isinstance(rows, list):
        message = f"ty gave no result: {ended.failure or ended.errors.strip() or f'status {ended.status}'}"
        return Layer(name="types", run=False, said=message), (_finding(message, None, None),)
    found = [
        _finding(row["description"], row["location"]["path"], row["location"]["positions"]["begin"]["line"])
        for row in rows
    ]
    return Layer(name="types", run=True, said=f"ty: {len(found)} errors"), found


def _finding(message: str, file: str | None, line: int | None) -> Finding:
    return Finding(rule=RULE, severity="error", message=message, file=file, line=line)
