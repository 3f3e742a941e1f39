"""Results for people and for machines: text, JSON, JUnit and SARIF."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from archgen import __version__
from archgen.checking.results import Result
from archgen.proof import Finding, all_rules

_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""XML 1.0, production 2: what a program's output can have and a document cannot."""
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def formatted(results: Sequence[Result], format: str) -> str:
    """All results as one document. `format` is one of `FORMATS`."""
    return FORMATS[format](results)


def line(result: Result) -> str:
    """One result on one line, with a line for each finding below."""
    cloud = f" on {result.cloud}" if result.cloud else ""
    head = f"{result.status:6} {result.target}{cloud}: {result.resources} resources, {result.seconds:.1f} s"
    layers = (f"  {each.name}: {each.said if each.run else f'not run: {each.said}'}" for each in result.layers)
    found = (f"  {_place(f)}{f.severity} {f.rule}: {f.message}" for f in result.findings)
    return "\n".join([head, *layers, *found])


def annotation(result: Result, finding: Finding) -> str:
    """A finding as GitHub shows it beside the code."""
    file, number, message = _seen(result, finding)
    level = "notice" if finding.severity == "note" else finding.severity
    place = f"file={_escaped(file, ':,')},line={number},title={_escaped(finding.rule, ':,')}"
    return f"::{level} {place}::{_escaped(message)}"


def _escaped(text: str, also: str = "") -> str:
    """As workflow commands want it: https://docs.github.com/actions/reference/workflow-commands-for-github-actions."""
    for character in f"%\r\n{also}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _seen(result: Result, finding: Finding) -> tuple[str, int, str]:
    """File and line as the caller's checkout has them, and the message.

    A file that was generated for the check is not there any more: the spec stands for it, and the message names it.
    """
    if finding.file is None or finding.file == result.target:
        return result.target, finding.line or 1, finding.message
    if result.root is None:
        return result.target, 1, f"{_place(finding)}{finding.message}"
    return posixpath.join(result.root, finding.file), finding.line or 1, finding.message


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
        "layers": [asdict(layer) for layer in result.layers],
        "findings": [asdict(finding) for finding in result.findings],
    }


def _junit(results: Sequence[Result]) -> str:
    failed = str(sum(result.status == "failed" for result in results))
    suite = ElementTree.Element("testsuite", name="archgen check", tests=str(len(results)), failures=failed)
    for result in results:
        name, took = result.cloud or "project", f"{result.seconds:.3f}"
        said = [f"{layer.name}: {layer.said}" for layer in result.layers]
        case = ElementTree.SubElement(suite, "testcase", classname=result.target, name=name, time=took)
        for finding in result.findings:
            message = _NOT_IN_XML.sub("?", finding.message)
            if finding.severity == "error":
                failure = ElementTree.SubElement(case, "failure", type=finding.rule, message=message)
                failure.text = f"{_place(finding)}{message}"
            else:
                said.append(f"{_place(finding)}{finding.severity} {finding.rule}: {message}")
        if said:
            ElementTree.SubElement(case, "system-out").text = "\n".join(said)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _sarif(results: Sequence[Result]) -> str:
    rules = [
        {"id": rule.id, "shortDescription": {"text": rule.title}, "help": {"text": f"Source: {rule.source}"}}
        for rule in all_rules()
    ]
    known = {rule["id"] for rule in rules}
    others = {finding.rule for result in results for finding in result.findings} - known
    rules += [{"id": rule, "shortDescription": {"text": rule}} for rule in sorted(others)]
    found = [_sarif_row(result, finding) for result in results for finding in result.findings]
    driver = {"name": "archgen", "version": __version__, "rules": rules}
    return json.dumps(
        {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": found}]}, indent=1
    )


def _sarif_row(result: Result, finding: Finding) -> Mapping[str, Any]:
    file, number, message = _seen(result, finding)
    where = {"artifactLocation": {"uri": quote(file)}, "region": {"startLine": number}}
    return {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": {"text": f"{result.target}: {message}"},
        "locations": [{"physicalLocation": where}],
    }


FORMATS: Mapping[str, Callable[[Sequence[Result]], str]] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    "sarif": _sarif,
}
