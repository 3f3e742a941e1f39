"""Results for people and for machines: text, JSON, JUnit and SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

from archgen import __version__
from archgen.checking.results import Result
from archgen.proof import Finding, all_rules

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def formatted(results: Sequence[Result], format: str) -> str:
    """All results as one document. `format` is one of `FORMATS`."""
    return FORMATS[format](results)


def line(result: Result) -> str:
    """One result on one line, with a line for each finding below."""
    cloud = f" on {result.cloud}" if result.cloud else ""
    head = f"{result.status:6} {result.target}{cloud}: {result.resources} resources, {result.seconds:.1f} s"
    return "\n".join([head, *(f"  {_place(f)}{f.severity} {f.rule}: {f.message}" for f in result.findings)])


def annotation(result: Result, finding: Finding) -> str:
    """A finding as GitHub shows it beside the code."""
    place = f"file={result.target if finding.file is None else finding.file},line={finding.line or 1}"
    message = finding.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    level = "notice" if finding.severity == "note" else finding.severity
    return f"::{level} {place},title={finding.rule}::{message}"


def _place(finding: Finding) -> str:
    return f"{finding.file}:{finding.line}: " if finding.file else ""


def _text(results: Sequence[Result]) -> str:
    passed = sum(result.status == "passed" for result in results)
    return "\n".join([*map(line, results), f"{passed} passed, {len(results) - passed} failed"])


def _json(results: Sequence[Result]) -> str:
    rows = [_row(result) for result in results]
    passed = sum(row["status"] == "passed" for row in rows)
    return json.dumps({"targets": rows, "passed": passed, "failed": len(rows) - passed}, indent=1, ensure_ascii=False)


def _row(result: Result) -> dict[str, Any]:
    return {
        "target": result.target,
        "cloud": result.cloud,
        "status": result.status,
        "seconds": round(result.seconds, 3),
        "resources": result.resources,
        "findings": [asdict(finding) for finding in result.findings],
    }


def _junit(results: Sequence[Result]) -> str:
    failed = str(sum(result.status == "failed" for result in results))
    suite = ElementTree.Element("testsuite", name="archgen check", tests=str(len(results)), failures=failed)
    for result in results:
        name, took = result.cloud or "project", f"{result.seconds:.3f}"
        case = ElementTree.SubElement(suite, "testcase", classname=result.target, name=name, time=took)
        for finding in result.findings:
            failure = ElementTree.SubElement(case, "failure", type=finding.rule, message=finding.message)
            failure.text = f"{_place(finding)}{finding.message}"
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _sarif(results: Sequence[Result]) -> str:
    rules = [
        {"id": rule.id, "shortDescription": {"text": rule.title}, "help": {"text": f"Source: {rule.source}"}}
        for rule in all_rules()
    ]
    found = [_sarif_row(result, finding) for result in results for finding in result.findings]
    driver = {"name": "archgen", "version": __version__, "rules": rules}
    return json.dumps(
        {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": found}]}, indent=1
    )


def _sarif_row(result: Result, finding: Finding) -> Mapping[str, Any]:
    where = {
        "artifactLocation": {"uri": finding.file or result.target},
        "region": {"startLine": finding.line or 1},
    }
    return {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": {"text": f"{result.target}: {finding.message}"},
        "locations": [{"physicalLocation": where}],
    }


FORMATS: Mapping[str, Callable[[Sequence[Result]], str]] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    "sarif": _sarif,
}
