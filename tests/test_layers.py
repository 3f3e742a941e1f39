"""Imports run downwards only: what lies low can be understood, tested and reused without what lies above."""

from __future__ import annotations

import ast
import pathlib
from collections.abc import Iterator, Sequence

import pytest

PACKAGE = pathlib.Path(__file__).parents[1] / "archgen"
LAYERS = (
    "errors",
    "registry",
    "spec",
    "knowledge",
    "topology",
    "sizing",
    "business",
    "decisions",
    "feasibility",
    "services",
    "blueprints",
    "interview",
    "design",
    "program",
    "bundle",
    "engine",
    "proof",
    "scan",
    "pictures",
    "documents",
    "generation",
    "comparison",
    "checking",
    "testing",
    "cli",
)


def _modules() -> Sequence[pathlib.Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "_data" not in path.parts]


def _layer(path: pathlib.Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported(path: pathlib.Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "archgen":
            parts = node.module.split(".")
            yield from [parts[1]] if len(parts) > 1 else [name.name for name in node.names]
        elif isinstance(node, ast.Import):
            yield from (n.name.split(".")[1] for n in node.names if n.name.startswith("archgen."))


def test_every_module_lies_in_a_layer() -> None:
    assert {_layer(path) for path in _modules()} - {"__init__"} == set(LAYERS)


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downwards(path: pathlib.Path) -> None:
    if _layer(path) == "__init__":
        return
    own = LAYERS.index(_layer(path))
    for imported in _imported(path):
        if imported in LAYERS:
            assert LAYERS.index(imported) <= own, f"{path.name} imports {imported}"
