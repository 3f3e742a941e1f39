"""`docs/coverage.json`: which components and flows a generated program is expected to have."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archgen.engine import Project, ResourceGraph
from archgen.errors import Problem, WrongUse

COVERAGE_FILE = Path("docs") / "coverage.json"
COMPONENT_KEYS = frozenset({"id"})
DESIGN_KEYS = frozenset({"mode", "frameworks", "p99_ms", "labels"})
FLOW_KEYS = frozenset({"id", "source", "target", "opener", "other"})
GRANT_KEYS = frozenset({"owner", "name", "types"})


def load_coverage(project: Project) -> Mapping[str, Any] | None:
    """The coverage beside the project, None where there is none. Raises `WrongUse` when it is not of its shape."""
    file = project.root.parent / COVERAGE_FILE
    if not file.is_file():
        return None
    try:
        coverage = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _wrong(file, f"not readable as JSON: {error}") from error
    if not isinstance(coverage, dict):
        raise _wrong(file, "it is no object")
    for message in _faults(coverage):
        raise _wrong(file, message)
    return coverage


def cloud_of_program(coverage: Mapping[str, Any] | None, graph: ResourceGraph) -> str | None:
    """The cloud that the coverage names, else the package of most resources."""
    if coverage and coverage.get("cloud"):
        return str(coverage["cloud"])
    packages = Counter(each.type.partition(":")[0] for each in graph.resources if each.from_provider)
    return min(packages, key=lambda package: (-packages[package], package), default=None)


def _faults(coverage: Mapping[str, Any]) -> Iterator[str]:
    if "design" in coverage:
        yield from _lacking(coverage["design"], DESIGN_KEYS, "the design")
    for name, keys in (("components", COMPONENT_KEYS), ("flows", FLOW_KEYS)):
        entries = coverage.get(name, [])
        if not isinstance(entries, list):
            yield f"{name} is no list"
            continue
        for entry in entries:
            yield from _lacking(entry, keys, f"one of {name}")
            if name == "flows" and isinstance(entry, dict) and entry.get("grant"):
                yield from _lacking(entry["grant"], GRANT_KEYS, f"the grant of {entry.get('id')}")


def _lacking(entry: Any, keys: frozenset[str], what: str) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"{what} is no object"
    elif missing := sorted(keys - set(entry)):
        yield f"{what} ({entry.get('id', '?')}) lacks {', '.join(missing)}"


def _wrong(file: Path, message: str) -> WrongUse:
    hint = "generate the project again"
    return WrongUse(Problem(id="unreadable-coverage", message=message, hint=hint, file=str(file)))
